/** `sallyport backup`, `restore` and `store copy` @module */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../postgres.ts';
import { hasPostgres } from '../postgres-server.ts';
import { Installation } from './installation.ts';

const YAML = 'routes: [{ name: lab, upstream: "http://127.0.0.1:9" }]\n';

let installation: Installation;
beforeEach(async () => {
  installation = new Installation(YAML);
  await installation.addUser('ada');
});
afterEach(() => installation[Symbol.dispose]());

const at = (name: string) => join(installation.folder, name);
const run = (...args: readonly string[]) => installation.run(args);
const names = async () => (await run('user', 'list')).stdout;

describe('backup and restore', () => {
  it('bring people back, and say what else an operator must keep and do', async () => {
    const made = await run('backup', at('copy'));
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^principal +1$/m);
    expect(made.stderr).toContain('keys.json');
    expect(readFileSync(at('copy')).includes('"store"')).toBe(false);
    rmSync(at('data/sallyport.db'));
    const restored = await run('restore', at('copy'), '--json');
    expect(JSON.parse(restored.stdout)).toMatchObject({ principal: 1, session: 0, invite: 0 });
    expect(restored.stderr).toContain('Everybody is signed out');
    expect(await names()).toContain('ada');
  });

  it('spend every step until now and the window, in the period of the app', async () => {
    await run('backup', at('copy'));
    const before = Math.floor(Date.now() / 30_000);
    await run('restore', at('copy'), '--force');
    const database = new DatabaseSync(at('data/sallyport.db'));
    const [row] = database.prepare("select last_step from credential where kind = 'totp'").all();
    const recovery = database
      .prepare("select distinct last_step as step from credential where kind = 'recovery'")
      .all();
    database.close();
    expect(row?.last_step).toBeGreaterThanOrEqual(before + 1);
    expect(row?.last_step).toBeLessThanOrEqual(before + 4);
    expect(recovery.map(({ step }) => step)).toEqual([-1]);
  });

  it.each([
    [['restore', 'nowhere'], /nowhere does not exist: check the path\. Nothing was changed\.$/m],
    [['restore', 'data'], /data is a folder: name the file that "sallyport backup" has written/],
    [['store', 'copy', '--to', 'sqlite:nowhere/x.db'], /no folder .*nowhere: make it first\.$/m],
    [['store', 'copy', '--to', 'file:nowhere'], /nowhere does not exist: check the path\.$/m],
  ])('say in a sentence what is wrong with a path: %j', async (words, sentence) => {
    const args = words.map((word) => word.replace(/(?<=^|:)(nowhere|data)/, (name) => at(name)));
    const { status, stderr } = await run(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('ENOENT');
  });

  it('change nothing when the keys are others, or missing', async () => {
    await run('backup', at('copy'));
    renameSync(at('data'), at('old'));
    await run('user', 'list');
    expect((await run('restore', at('copy'))).stderr).toMatch(/There is no .*keys\.json: put back/);
    expect(existsSync(at('data'))).toBe(false);
    await installation.addUser('bob');
    const { status, stdout, stderr } = await run('restore', at('copy'), '--force');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /keys of this installation do not open .*keys\.json.*Nothing was changed/,
    );
    expect(await names()).toContain('bob');
    expect(existsSync(at('data/restore.tmp'))).toBe(false);
  });
});

describe('store copy', () => {
  it.skipIf(!hasPostgres())(
    'moves to a server and back, by a file that holds its URL',
    async () => {
      const { address, drop } = await createDatabase();
      onTestFinished(drop);
      const { host, port, database, user } = address;
      const url = `postgres://${user}@${host}:${port}/${database}`;
      const place = `file:${installation.write('url', `${url}\n`)}`;
      const there = await run('store', 'copy', '--to', place);
      expect(there).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^credential +\d+$/m),
      });
      const back = await run('store', 'copy', '--from', place, '--to', `sqlite:${at('new.db')}`);
      expect(back).toMatchObject({ status: 0, stdout: there.stdout });
      const away = installation.write('away', `postgres://${user}:secret@${host}:1/${database}\n`);
      const lost = await run('store', 'copy', '--to', `file:${away}`);
      expect(lost.stderr).toContain('nothing listens at 127.0.0.1:1');
      expect(lost.stdout + lost.stderr).not.toContain('secret');
    },
  );

  it.each([
    ['a word that is no place', 'mysql://root:secret@h/d', 2],
    ['a file that is not there', 'file:nowhere', 1],
    ['the place where it is', 'config', 2],
  ])('refuses %s, and repeats no password', async (_, place, status) => {
    const refused = await run('store', 'copy', '--to', place);
    expect(refused.status).toBe(status);
    expect(refused.stderr).toMatch(/^sallyport: .+\n$/);
    expect(refused.stderr).not.toContain('secret');
  });
});
