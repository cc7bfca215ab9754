import { chmod, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DoorError, StartupError } from '../../src/core/errors.ts';
import { runChild } from './children/start.ts';
import { NOW_MS } from './now.ts';
import { engineAt } from './places.ts';
import { registration, signIn } from './samples.ts';
import { fileOpener, makeFolder } from './stores.ts';

let path: string;
beforeEach(async () => {
  path = join(await makeFolder(), 'sallyport.db');
});

/** What the file and its neighbours are, to the byte. */
const bytes = async () =>
  Promise.all(
    (await readdir(dirname(path)))
      .toSorted()
      .map(async (name) => [name, await readFile(join(dirname(path), name), 'latin1')]),
  );

/** Runs statements on the closed database, as an operator with the sqlite3 program would. */
function edit(...statements: readonly string[]): void {
  const connection = new DatabaseSync(path);
  for (const statement of statements) connection.exec(statement);
  connection.close();
}

describe('a SQLite file', () => {
  it('and its neighbours are readable by their owner alone, whatever the umask', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const store = await fileOpener(path)();
    await store.register(registration('ada'), NOW_MS);
    const names = ['sallyport.db', 'sallyport.db-shm', 'sallyport.db-wal'];
    expect((await readdir(dirname(path))).toSorted()).toEqual(names);
    for (const name of names) {
      expect((await stat(join(dirname(path), name))).mode & 0o777, name).toBe(0o600);
    }
  });

  it('keeps what was committed through a power cut: write-ahead log, synced', async () => {
    await (await fileOpener(path)()).close();
    const connection = new DatabaseSync(path);
    expect(connection.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    connection.close();
    const engine = await engineAt({ kind: 'sqlite', path });
    const { rows } = await engine.write((tx) => sql`pragma synchronous`.execute(tx));
    expect(rows).toEqual([{ synchronous: 2 }]);
    await engine.close();
  });

  it('keeps its locks when this process opens it a second time', async () => {
    const store = await fileOpener(path)();
    await fileOpener(path)();
    // A last one out deletes the log: with our locks gone, a stranger would think it is that.
    expect(await runChild('opener', [path])).toBe('opened');
    expect(await readdir(dirname(path))).toContain('sallyport.db-wal');
    expect(await store.register(registration('ada'), NOW_MS)).toBe('created');
    await store.close();
    expect(await (await fileOpener(path)()).getAccount('id-ada')).toBeDefined();
  });

  it('is one file again when the store is closed', async () => {
    const store = await fileOpener(path)();
    await signIn(store, 'ada', 's1');
    await store.close();
    expect(await readdir(dirname(path))).toEqual(['sallyport.db']);
  });
});

describe('a SQLite file is refused, and left as it is,', () => {
  it('when a newer Sallyport wrote it', async () => {
    await (await fileOpener(path)()).close();
    edit("update meta set value = '99' where key = 'schema_version'");
    const before = await bytes();
    const error = await fileOpener(path)().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartupError);
    expect(String(error)).toMatch(/version 99,.*versions up to \d+:.*newer Sallyport.*backup/);
    expect((error as StartupError).exitCode).toBe(1);
    expect(await bytes()).toEqual(before);
  });

  it('when a newer Sallyport wrote it with another journal', async () => {
    edit(
      'create table meta (key text primary key, value text not null)',
      "insert into meta values ('schema_version', '98')",
    );
    const before = await bytes();
    await expect(fileOpener(path)()).rejects.toThrow(/version 98,/);
    expect(await bytes()).toEqual(before);
  });

  it.each(['', 'x', '-1', '1.5'])('when it says that its version is "%s"', async (version) => {
    await (await fileOpener(path)()).close();
    edit(`update meta set value = '${version}'`);
    const before = await bytes();
    await expect(fileOpener(path)()).rejects.toThrow(StartupError);
    expect(await bytes()).toEqual(before);
  });

  it('when a migration cannot be finished: none of it is kept', async () => {
    edit('create table throttle (mine text)');
    const before = await bytes();
    await expectDown(fileOpener(path)(), /throttle.*already exists/);
    expect(await bytes()).toEqual(before);
  });

  it('when it is no database', async () => {
    await writeFile(path, 'These are my notes. '.repeat(400));
    const before = await bytes();
    await expectDown(fileOpener(path)(), /restore it from a backup \(file is not a database\)/);
    expect(await bytes()).toEqual(before);
  });

  it('when there is no folder for it', async () => {
    path = join(dirname(path), 'nowhere', 'sallyport.db');
    await expectDown(
      fileOpener(path)(),
      /nowhere\/sallyport\.db cannot be created \(ENOENT\): its folder has to be there/,
    );
  });

  it('when it may not be written to', async () => {
    await (await fileOpener(path)()).close();
    await chmod(path, 0o444);
    await chmod(dirname(path), 0o555);
    const before = await bytes();
    // Root may write anywhere, so root tries it as nobody.
    const answer = await runChild('opener', [path, process.geteuid?.() === 0 ? '65534' : '']);
    expect(answer).toMatch(/^E_STORE_DOWN DoorError: The database .* has failed/);
    expect(await bytes()).toEqual(before);
  });
});

describe('a SQLite file that is damaged while it is in use', () => {
  it('is a store that is down, with the reason kept', async () => {
    const store = await fileOpener(path)();
    await signIn(store, 'ada', 's1');
    await store.close();
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4096, 0xff), 0, size - 4096, 4096);
    await file.close();
    await expectDown(fileOpener(path)(), /restore it from a backup .*malformed/);
  });

  it('also when somebody has edited a list', async () => {
    const store = await fileOpener(path)();
    await signIn(store, 'ada', 's1');
    edit(`update principal set "groups" = '"admin"'`);
    const error = await store.getAccount('id-ada').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'E_STORE_DOWN' });
  });
});

async function expectDown(attempt: Promise<unknown>, sentence: RegExp): Promise<void> {
  const error = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DoorError);
  expect(error).toMatchObject({ code: 'E_STORE_DOWN', cause: expect.any(Error) });
  expect(String(error)).toMatch(sentence);
}
