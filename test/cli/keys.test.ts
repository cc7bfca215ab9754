import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
    expect(await door.run(['keys', 'retire', id])).toMatchObject({ status: 4 });
    expect(await door.run(['keys', 'retire', old])).toMatchObject({ status: 4 });
    expect(await door.run(['keys', 'retire', old, '--now'])).toMatchObject({ status: 0 });
    expect(await door.run(['keys', 'retire', old])).toMatchObject({ status: 3 });
  });

  it('keeps a store key for as long as a row needs it', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const old = current(door, 'store');
    const id = (await door.run(['keys', 'add', '--ring', 'store'])).stdout.trim();
    await door.run(['keys', 'activate', '--ring', 'store', id, '--force']);
    age(door, 10_000);
    const { status, stderr } = await door.run(['keys', 'retire', '--ring', 'store', old]);
    expect(status).toBe(4);
    expect(stderr).toMatch(/rows of the database need this key/);
    await door.run(['user', 'remove', 'ada', '--yes']);
    expect(await door.run(['keys', 'retire', '--ring', 'store', old])).toMatchObject({ status: 0 });
  });

  it('lists what there is, and never a key', async () => {
    using door = new Installation(YAML);
    await door.addUser('ada');
    const { stdout } = await door.run(['keys', 'list']);
    expect(stdout).toMatch(/^seal {2}\w{8} {2}issue {2}first {2}[0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^store {2}\w{8} {2}issue {2}first {2}[0-9a-f]{12} {2}[1-9]\d* rows$/m);
    const { seal } = JSON.parse(readFileSync(join(door.folder, 'data/keys.json'), 'utf8'));
    expect(stdout).not.toContain(seal.keys[seal.current]);
  });
});
