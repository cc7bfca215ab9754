import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { writeBackup } from '../../src/store/backup.ts';
import { type RestoreOptions, restoreBackup } from '../../src/store/restore.ts';
import { checkPeople, registerPerson } from './children/person.ts';
import { type Child, runChild, startChild } from './children/start.ts';
import { clock, NOW_MS } from './now.ts';
import { DIRECTIONS, engineAt, foundPlace, isMissing } from './places.ts';
import { bearer, invite, revoked, signIn } from './samples.ts';
import { makeFolder, opener } from './stores.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await makeFolder();
  file = join(folder, 'copy.backup');
});

const backUp = (address: StoreAddress, mayReplace = false) =>
  writeBackup({ address, clock, random }, { file, mayReplace });

const restore = (address: StoreAddress, options: Partial<RestoreOptions> = {}) =>
  restoreBackup(
    { address, clock, random },
    { file, draft: join(folder, 'draft'), mayReplace: false, stepOf: () => 7, ...options },
  );

/** A store that is closed again after `work`. */
async function inStore<T>(
  address: StoreAddress,
  work: (store: Awaited<ReturnType<ReturnType<typeof opener>>>) => Promise<T>,
): Promise<T> {
  const store = await opener(address)();
  const answer = await work(store);
  await store.close();
  return answer;
}

const namesIn = (address: StoreAddress) =>
  inStore(address, async (store) =>
    (await store.listPrincipals('person')).map(({ name }) => name).sort(),
  );

/** A store with ada, who is signed in, and all that a restore must end. */
async function furnished(kind: StoreAddress['kind'] = 'sqlite'): Promise<StoreAddress> {
  const address = await foundPlace(kind);
  await inStore(address, async (store) => {
    await signIn(store, 'ada', 'open', 'out');
    await store.endSession('out');
    await store.addInvite(invite('i1'));
    await store.addBearer(bearer('ci'));
    await store.putFlow('f1', 'sealed', NOW_MS + 1);
  });
  return address;
}

/** So many people that a copy of them can be interrupted. */
async function crowded(address: StoreAddress, prefix: string): Promise<void> {
  const engine = await engineAt(address);
  await engine.write(async (tx) => {
    await sql`insert into principal select ${prefix} || n, 'person', '', ${prefix} || n, ${prefix} || n,
      '[]', 0, null from (with recursive r(n) as (select 1 union all select n + 1 from r
      where n < 5000) select n from r) as numbers`.execute(tx);
  });
  await engine.close();
}

describe.each(DIRECTIONS)('a backup of $from restored to $to', ({ from, to }) => {
  it.skipIf(isMissing(from, to))(
    'brings back who is there, and nothing that has ended',
    async () => {
      const counts = await backUp(await furnished(from));
      expect(counts).toMatchObject({ principal: 1, credential: 2, session: 2 - 1, bearer: 1 });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toEqual(['copy.backup']);
      const bytes = readFileSync(file);
      const target = await foundPlace(to);
      await restore(target);
      expect(readFileSync(file)).toEqual(bytes);
      expect(readdirSync(folder)).toEqual(['copy.backup']);
      await inStore(target, async (store) => {
        const account = await store.getAccount('id-ada');
        expect(account?.credentials.map(({ lastStep }) => lastStep)).toEqual([7, 7]);
        expect(await store.listSessions('id-ada', 0)).toEqual([]);
        expect(await store.findInvite('hash of i1', 0)).toBeUndefined();
        expect(await store.getFlow('f1', 0)).toBeUndefined();
        expect(await revoked(store)).toEqual(['out', `*${NOW_MS}`]);
      });
    },
  );
});

describe.each([{ kind: 'sqlite' as const }, { kind: 'postgres' as const }])(
  'a restore over a store on $kind',
  ({ kind }) => {
    it.skipIf(isMissing(kind))('asks for force, and its feed goes on above both', async () => {
      await backUp(await furnished());
      const target = await foundPlace(kind);
      await inStore(target, (store) => signIn(store, 'bob', 'a', 'b', 'c'));
      await inStore(target, (store) => store.endSessions('id-bob'));
      await expect(restore(target)).rejects.toThrow(/Somebody lives in .*--force/);
      expect(await namesIn(target)).toEqual(['bob']);
      await restore(target, { mayReplace: true });
      expect(await namesIn(target)).toEqual(['ada']);
      expect(await inStore(target, (store) => revoked(store, 3))).toEqual([`*${NOW_MS}`]);
    });

    it.skipIf(isMissing(kind))('waits for the door to stop', async () => {
      await backUp(await furnished());
      const target = await foundPlace(kind);
      const door = await opener(target)();
      await door.readRevocations();
      await expect(restore(target, { mayReplace: true })).rejects.toThrow(/door is running/);
      await door.close();
      await restore(target);
    });

    it.skipIf(isMissing(kind))('killed at any moment leaves the old or the new', async () => {
      const source = await foundPlace('sqlite');
      await crowded(source, 'new');
      await backUp(source);
      const target = await foundPlace(kind);
      await crowded(target, 'old');
      for (const delayMs of [0, 60, 150, 300, 600]) {
        const child = startChild('copier', 'restore', JSON.stringify(target), file);
        expect(await child.nextLine()).toBe('begun');
        await wait(delayMs);
        await child.kill();
        const names = await namesIn(target);
        expect(names).toHaveLength(5_000);
        expect(new Set(names.map((name) => name.slice(0, 3))).size).toBe(1);
      }
      await restore(target, { mayReplace: true, draft: `${file}.draft` });
      expect((await namesIn(target))[0]).toMatch(/^new/);
      expect(readdirSync(folder)).toEqual(['copy.backup']);
    });

    it.skipIf(isMissing(kind))('begins anew where a kill has left half a copy', async () => {
      await backUp(await furnished());
      const draft = `${file}.draft`;
      const whole = readFileSync(file);
      const target = await foundPlace(kind);
      for (const half of [whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length, 1)]) {
        writeFileSync(draft, half, { mode: 0o600 });
        await restore(target, { mayReplace: true, draft });
        expect(await namesIn(target)).toEqual(['ada']);
      }
    });

    it.skipIf(isMissing(kind))('killed while moving, a second run starts anew', async () => {
      const path = join(folder, 'from.db');
      await crowded({ kind: 'sqlite', path }, 'new');
      const target = await foundPlace(kind);
      const args = ['move', JSON.stringify(target), path] as const;
      const child = startChild('copier', ...args);
      expect(await child.nextLine()).toBe('begun');
      await wait(150);
      await child.kill();
      if ((await namesIn(target)).length === 0) {
        expect(await runChild('copier', args)).toMatch(/done/);
      }
      expect(await namesIn(target)).toHaveLength(5_000);
    });
  },
);

/** A process in the middle of its work. */
async function frozenBackup(store: StoreAddress): Promise<Child> {
  for (;;) {
    const child = startChild('copier', 'backup', JSON.stringify(store), file);
    while (!existsSync(`${file}.tmp/draft-wal`) && !existsSync(file)) await wait(1);
    child.freeze();
    if (!existsSync(file)) return child;
    // We have looked too late.
    await child.kill();
    rmSync(file);
  }
}

describe('a backup that cannot be made', () => {
  it('never replaces a file unless told so', async () => {
    const store = await furnished();
    writeFileSync(file, 'precious');
    await expect(backUp(store)).rejects.toThrow(/exists already: .*--force/);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await backUp(store, true);
    await restore(await foundPlace('sqlite'));
  });

  it('is a file, and says so before it reads anything', async () => {
    const store = await furnished();
    file = folder;
    await expect(backUp(store, true)).rejects.toThrow(/is a folder: name a file in it/);
  });

  it('asks for the folder that is missing', async () => {
    const store = await furnished();
    file = join(folder, 'nowhere', 'copy');
    await expect(backUp(store)).rejects.toThrow(/There is no folder .*nowhere: make it first/);
  });

  it('leaves nothing when the disk is full', async () => {
    const store = await foundPlace('sqlite');
    await crowded(store, 'new');
    const said = await runChild('copier', ['backup', JSON.stringify(store), file], { blocks: 300 });
    expect(said).toMatch(/E_STORE_DOWN/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('killed, leaves a draft that the next one removes', async () => {
    const store = await foundPlace('sqlite');
    await crowded(store, 'new');
    const child = await frozenBackup(store);
    await expect(backUp(store)).rejects.toThrow(/Another backup is writing/);
    await child.kill();
    expect(existsSync(file)).toBe(false);
    await backUp(store);
    expect(readdirSync(folder)).toEqual(['copy.backup']);
  });
});

describe('a backup in a folder that others write to', () => {
  const traps: Readonly<Record<string, (path: string) => unknown>> = {
    'a link to a file of theirs': (path) => symlinkSync(join(folder, 'theirs'), path),
    'a link to a folder of theirs': (path) => {
      mkdirSync(join(folder, 'theirs'), { mode: 0o700 });
      symlinkSync(join(folder, 'theirs'), path);
    },
    'a file that they can read': (path) => writeFileSync(path, '', { mode: 0o666 }),
    'a folder that they can enter': (path) => {
      mkdirSync(path);
      chmodSync(path, 0o755);
    },
  };
  it.each(Object.keys(traps))('is not written through %s', async (name) => {
    const store = await furnished();
    traps[name]?.(`${file}.tmp`);
    await expect(backUp(store)).rejects.toThrow('is in the way of the backup');
    expect(existsSync(file)).toBe(false);
  });
});

describe('a backup that does not fit', () => {
  const damage: Readonly<Record<string, (path: string) => unknown>> = {
    'is text': (path) => writeFileSync(path, 'Dear diary,\n'.repeat(500)),
    'is empty': (path) => truncateSync(path, 0),
    'is cut short': (path) => truncateSync(path, statSync(path).size / 2),
    'has a log beside it': (path) => writeFileSync(`${path}-wal`, 'a log'),
    'would bring back what a restore ends': (path) => {
      const database = new DatabaseSync(path);
      database.exec(`create trigger undo after insert on revocation when new.sid like '*%'
        begin delete from revocation where id = new.id; end`);
      database.close();
    },
  };
  it.each(Object.keys(damage))('changes nothing when it %s', async (name) => {
    await backUp(await furnished());
    damage[name]?.(file);
    const target = await foundPlace('sqlite');
    await inStore(target, (store) => signIn(store, 'bob', 'b'));
    const attempt = restore(target, { mayReplace: true });
    await expect(attempt).rejects.toThrow(/copy\.backup.*Nothing was changed/);
    expect(await namesIn(target)).toEqual(['bob']);
  });

  it('changes nothing when a newer Sallyport has written it', async () => {
    await backUp(await furnished());
    const engine = await engineAt({ kind: 'sqlite', path: file });
    await engine.write((tx) =>
      sql`update meta set value = '99' where key = 'schema_version'`.execute(tx),
    );
    await engine.close();
    const target = await foundPlace('sqlite');
    await expect(restore(target)).rejects.toThrow(/copy\.backup has version 99/);
    expect(target.kind === 'sqlite' && existsSync(target.path)).toBe(false);
  });

  it('changes nothing when the keys do not open it', async () => {
    await backUp(await furnished());
    const target = await foundPlace('sqlite');
    const attempt = restore(target, { stepOf: ({ id }) => (id === 'totp-ada' ? undefined : -1) });
    await expect(attempt).rejects.toThrow(/put back the keys\.json/);
    expect(target.kind === 'sqlite' && existsSync(target.path)).toBe(false);
  });
});

describe('a backup under load', () => {
  it('has everybody who was acknowledged before it began, and each of them whole', async () => {
    const path = join(folder, 'live.db');
    const registrar = startChild('registrar', path);
    expect(await registrar.nextLine()).toBe('opening');
    const acknowledged = [await registrar.nextLine(), await registrar.nextLine()];
    await backUp({ kind: 'sqlite', path });
    await registrar.kill();
    const target = await foundPlace('sqlite');
    await restore(target);
    await inStore(target, async (store) => {
      expect(await checkPeople(store)).toEqual(expect.arrayContaining(acknowledged));
      await registerPerson(store, 'next');
    });
  });
});
