import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../src/core/ports.ts';
import { formatNewKeys } from '../../src/data-dir/keys.ts';
import { Installation } from './installation.ts';

const YAML = 'routes: [{ upstream: "http://127.0.0.1:9" }]\ndata_dir: data\n';

/** As if time had passed: every moment in the file moves back. */
function age(installation: Installation, ms: number): void {
  const path = join(installation.folder, 'data/keys.json');
  const text = readFileSync(path, 'utf8').replace(
    /(_at_ms": )(\d+)/g,
    (_, name: string, at: string) => name + (Number(at) - ms),
  );
  writeFileSync(path, text);
}

const current = (installation: Installation, ring: string): string =>
  JSON.parse(readFileSync(join(installation.folder, 'data/keys.json'), 'utf8'))[ring].current;

describe('sallyport keys', () => {
  it('rotates the cookies: add, activate, retire, each no earlier than is safe', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const old = current(door, 'seal');
    const id = (await door.run(['keys', 'add'])).stdout.trim();
    expect(await door.run(['keys', 'activate', id])).toMatchObject({ status: 4 });
    age(door, 10_000);
    expect(await door.run(['keys', 'activate', id])).toMatchObject({ status: 0 });
    expect(current(door, 'seal')).toBe(id);
    expect((await door.run(['keys', 'activate', id])).stderr).toContain('seals already');
    expect(await door.run(['keys', 'retire', id])).toMatchObject({ status: 4 });
    const early = await door.run(['keys', 'retire', old]);
    expect(early.status).toBe(4);
    expect(early.stderr).toMatch(/needed until \d{4}-\d\d-\d\dT\S+Z: retire it then/);
    expect(await door.run(['keys', 'retire', old, '--now'])).toMatchObject({ status: 0 });
    expect(await door.run(['keys', 'retire', old])).toMatchObject({ status: 3 });
  });

  it('seals every row anew before a store key goes, and keeps one that a row needs', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const old = current(door, 'store');
    const id = (await door.run(['keys', 'add', '--ring', 'store'])).stdout.trim();
    await door.run(['keys', 'activate', '--ring', 'store', id, '--force']);
    age(door, 10_000);
    const database = new DatabaseSync(join(door.folder, 'data/sallyport.db'));
    database.exec("update credential set sealed = sealed || 'x' where kind = 'totp'");
    const { status, stderr } = await door.run(['keys', 'retire', '--ring', 'store', old]);
    expect(status).toBe(4);
    expect(stderr).toMatch(/Rows of the database that need this key: 1\. It stays/);
    database.exec("delete from credential where kind = 'totp'");
    database.close();
    expect(await door.run(['keys', 'retire', '--ring', 'store', old])).toMatchObject({ status: 0 });
    const { stdout } = await door.run(['keys', 'list']);
    expect(stdout).toMatch(new RegExp(`^store {2}${id} .* 11 rows$`, 'm'));
    expect(stdout).not.toContain(old);
  });

  it('refuses keys of another installation, by every command that opens the database', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    writeFileSync(join(door.folder, 'data/keys.json'), formatNewKeys(systemRandom));
    for (const args of [['user', 'list'], ['keys', 'list'], ['run']]) {
      const { status, stderr } = await door.run(args);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^sallyport: The database belongs to an installation with other keys: it wants the seal key \w{12}, and this process has \w{12}\. Give it the keys\.json/m,
      );
    }
  });

  it('lists what there is, and never a key', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const { stdout } = await door.run(['keys', 'list']);
    expect(stdout).toMatch(/^seal {3}\w{8} {2}issue {3}first {2}[0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^store {2}\w{8} {2}issue {3}first {2}[0-9a-f]{12} {2}[1-9]\d* rows$/m);
    const { seal } = JSON.parse(readFileSync(join(door.folder, 'data/keys.json'), 'utf8'));
    expect(stdout).not.toContain(seal.keys[seal.current]);
  });

  it('prints keys that come from outside anew, for the operator to put in place', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const first = readFileSync(join(door.folder, 'data/keys.json'));
    rmSync(join(door.folder, 'data/keys.json'));
    const give = (text: string) => {
      door.write('rings', text);
      door.write('config.yaml', `${YAML}keys: { rings_file: rings }\n`);
    };
    give(first.toString('base64'));
    const added = await door.run(['keys', 'add']);
    expect(added).toMatchObject({ status: 0, stderr: expect.stringMatching(/everywhere/) });
    const id = / keys activate --ring seal (\w+)/.exec(added.stderr)?.[1] ?? '';
    give(added.stdout);
    expect((await door.run(['keys', 'list'])).stdout).toMatch(
      new RegExp(`^seal {3}${id} {2}accept`, 'm'),
    );
    const activated = await door.run(['keys', 'activate', id, '--force']);
    give(Buffer.from(activated.stdout, 'base64').toString());
    expect((await door.run(['keys', 'list'])).stdout).toMatch(
      new RegExp(`^seal {3}${id} {2}issue`, 'm'),
    );
    expect(existsSync(join(door.folder, 'data/keys.json'))).toBe(false);
    give('nonsense');
    expect(await door.run(['keys', 'list'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/keys\.rings is damaged \(it is no JSON\)/),
    });
  });
});
