import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { StartupError } from '../../src/core/errors.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { toRings } from '../../src/data-dir/keys.ts';
import { createKeysFile } from '../../src/data-dir/keys-file.ts';
import { readOnlyFolders } from '../e2e/disks.ts';
import { makeFolder, openElsewhere, snapshot } from './folders.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

let base: string;
beforeEach(async () => {
  base = await makeFolder();
  return () => rm(base, { recursive: true, force: true });
});

describe('a data directory', () => {
  it('is made for its owner alone, with keys that only the owner reads', async () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const path = join(base, 'deep', 'data');
    const dataDir = await openDataDir(path, { random });
    expect(dataDir).toMatchObject({ path, databaseFile: join(path, 'sallyport.db') });
    expect(await modeOf(path)).toBe(0o700);
    expect(await modeOf(join(path, 'keys.json'))).toBe(0o600);
    expect(await readdir(path)).toEqual(['keys.json']);
  });

  it('holds two rings of 32-byte keys that have nothing in common', async () => {
    const { sealKeys, storeKeys } = await openDataDir(base, { random });
    const all = [sealKeys, storeKeys].flatMap(({ keys }) => [...keys.values()]);
    expect(all.map((key) => key.length)).toEqual([32, 32]);
    expect(all[0]).not.toEqual(all[1]);
    expect(sealKeys.keys.has(sealKeys.currentId)).toBe(true);
    expect(storeKeys.keys.has(storeKeys.currentId)).toBe(true);
  });

  it('opens again with the same keys and touches nothing', async () => {
    const first = await openDataDir(base, { random });
    const before = await snapshot(base);
    expect(await openDataDir(base, { random })).toEqual(first);
    expect(await snapshot(base)).toEqual(before);
  });

  it('keeps retired keys beside the current one', async () => {
    await openDataDir(base, { random });
    const file = join(base, 'keys.json');
    const keys = JSON.parse(await readFile(file, 'utf8'));
    keys.seal.keys.old1 = Buffer.alloc(32, 7).toString('base64');
    await writeFile(file, JSON.stringify(keys));
    const { sealKeys } = await openDataDir(base, { random });
    expect(sealKeys.keys.get('old1')).toEqual(new Uint8Array(32).fill(7));
    expect(sealKeys.currentId).toBe(keys.seal.current);
  });

  it('may be reached through a symbolic link', async () => {
    await mkdir(join(base, 'real'));
    await symlink(join(base, 'real'), join(base, 'link'));
    const { sealKeys } = await openDataDir(join(base, 'link'), { random });
    expect(await openDataDir(join(base, 'real'), { random })).toMatchObject({ sealKeys });
  });

  it('takes the keys that another process has put there a moment before', async () => {
    const { sealKeys, storeKeys } = await openDataDir(base, { random });
    const before = await snapshot(join(base, 'keys.json'));
    // What a process does that has looked before they were there.
    const rings = toRings(await createKeysFile(join(base, 'keys.json'), random));
    expect(rings).toEqual({ sealKeys, storeKeys });
    expect(await snapshot(join(base, 'keys.json'))).toEqual(before);
    expect(await readdir(base)).toEqual(['keys.json']);
  });

  it('gives callers that start at once the same keys', async () => {
    const path = join(base, 'data');
    const calls = Array.from({ length: 20 }, () => openDataDir(path, { random }));
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) expect(other).toEqual(first);
    expect(await readdir(path)).toEqual(['keys.json']);
  });

  it('gives processes that start at once the same keys', async () => {
    const path = join(base, 'data');
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(path)));
    expect(outcomes[0]?.opened).toBeDefined();
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(await readdir(path)).toEqual(['keys.json']);
  });
});

type Keys = Record<string, unknown> & { seal: Ring; store: Ring };
type Ring = { current: string; keys: Record<string, string> };

const SECRET = Buffer.alloc(32, 9).toString('base64');
const validKeys = (): Keys => ({
  version: 1,
  seal: { current: 'k1', keys: { k1: SECRET } },
  store: { current: 'k1', keys: { k1: SECRET } },
});

const changed = (change: (keys: Keys) => void) => {
  const keys = validKeys();
  change(keys);
  return JSON.stringify(keys);
};

const set = (keys: Keys, text: string) => {
  keys.seal.keys.k1 = text;
};

describe('a keys file is refused, with what to do and without a word of its secrets,', () => {
  it.each<[string, string, RegExp]>([
    ['when it is empty', '', /damaged.*backup/],
    ['when it is cut short', changed(() => {}).slice(0, 90), /damaged.*backup/],
    ['when it is no JSON at all', `${SECRET} oops`, /damaged.*no JSON/],
    ['when it is another kind of JSON', '[]', /damaged.*at the top/],
    ['when it is null', 'null', /damaged.*at the top/],
    [
      'when a key is too short',
      changed((k) => set(k, SECRET.slice(4))),
      /seal\.keys\.k1.*32 bytes/,
    ],
    ['when a key is too long', changed((k) => set(k, `AAAA${SECRET}`)), /seal\.keys\.k1.*32 bytes/],
    ['when a key is no base64', changed((k) => set(k, `!!${SECRET}`)), /seal\.keys\.k1.*32 bytes/],
    ['when the current key is missing', changed((k) => (k.seal.current = 'k2')), /current key/],
    ['when a ring is missing', changed((k) => Reflect.deleteProperty(k, 'store')), /store/],
    ['when a ring is empty', changed((k) => (k.store.keys = {})), /store.*current key/],
    ['when a key id is odd', changed((k) => (k.seal.keys['a b'] = SECRET)), /seal\.keys/],
    ['when it holds what we do not know', changed((k) => (k.more = 1)), /damaged.*more/],
    [
      'when the version is missing',
      changed((k) => Reflect.deleteProperty(k, 'version')),
      /version/,
    ],
    ['when the version is old', changed((k) => (k.version = 0)), /version/],
    ['when the version is newer', changed((k) => (k.version = 3)), /version 3.*newer Sallyport/],
    [
      'when a newer version looks different',
      JSON.stringify({ version: 3, rings: [] }),
      /version 3.*newer Sallyport/,
    ],
    [
      'when a key id is __proto__',
      changed(() => {}).replaceAll('"k1"', '"__proto__"'),
      /damaged.*__proto__/,
    ],
    [
      'when __proto__ brings a key along',
      changed(() => {}).replace('"keys":{', `"keys":{"__proto__":"${SECRET}",`),
      /damaged.*__proto__/,
    ],
  ])('%s', async (_, text, sentence) => {
    await writeFile(join(base, 'keys.json'), text, { mode: 0o600 });
    await writeFile(join(base, 'sallyport.db'), 'anything', { mode: 0o600 });
    const error = await expectRefusal(base, sentence);
    // JSON.parse quotes what it was given: neither message nor cause may carry that on.
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET.slice(0, 6));
  });
});

describe('a data directory is refused, and left as it is,', () => {
  it('when the database is there and the keys are gone: new ones could open nothing', async () => {
    await writeFile(join(base, 'sallyport.db'), 'ciphertext');
    await expectRefusal(base, /keys\.json is missing.*backup/);
  });

  it('when the database is a dangling link and the keys are gone', async () => {
    await symlink('/nowhere/at/all', join(base, 'sallyport.db'));
    await expect(openDataDir(base, { random })).rejects.toThrow(/keys\.json is missing/);
  });

  it.each([0o640, 0o604, 0o644, 0o660, 0o601])('when the keys have mode %o', async (mode) => {
    await openDataDir(base, { random });
    await chmod(join(base, 'keys.json'), mode);
    await expectRefusal(base, /open to other users.*chmod 600/);
  });

  it('when the keys are a directory', async () => {
    await mkdir(join(base, 'keys.json'), { mode: 0o700 });
    await expectRefusal(base, /keys\.json cannot be read \(EISDIR\)/);
  });

  it('when it is a file', async () => {
    const path = join(base, 'data');
    await writeFile(path, 'mine');
    await expectRefusal(path, /not a directory/);
  });

  it('when it lies under a file', async () => {
    await writeFile(join(base, 'data'), 'mine');
    await expectRefusal(join(base, 'data', 'deeper'), /not a directory/);
  });

  it.each([0o777, 0o770, 0o775, 0o702])('when others may write to it: %o', async (mode) => {
    await chmod(base, mode);
    await expectRefusal(base, /written to by other users.*chmod 700/);
  });

  it.each([
    ['sallyport.db', 0o666],
    ['sallyport.db', 0o644],
    ['sallyport.db', 0o640],
    ['sallyport.db-wal', 0o666],
    ['sallyport.db-shm', 0o660],
  ])('when %s has mode %o: others could write themselves an invitation', async (name, mode) => {
    await openDataDir(base, { random });
    await writeFile(join(base, 'sallyport.db'), 'anything', { mode: 0o600 });
    await writeFile(join(base, name), 'anything');
    await chmod(join(base, name), mode);
    await expectRefusal(base, new RegExp(`${name} is open to other users.*chmod 600`));
  });

  it('when its name is impossible', async () => {
    await expectRefusal(join(base, 'x'.repeat(300)), /cannot be created \(ENAMETOOLONG\)/);
  });

  it.each(readOnlyFolders())('when it would be made on a read-only disk', async (open) => {
    using disk = open();
    await expectRefusal(join(disk.folder, 'deep', 'data'), /cannot be created \(EROFS\)/);
  });
});

/** Expects one sentence, exit code 1, and the folder as it was. */
async function expectRefusal(path: string, sentence: RegExp): Promise<unknown> {
  const before = await snapshot(base);
  const error: unknown = await openDataDir(path, { random }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartupError);
  const { message, exitCode } = error as StartupError;
  expect(message).toMatch(sentence);
  expect(message).toMatch(/^[^\n]+\.$/);
  expect(exitCode).toBe(1);
  expect(await snapshot(base)).toEqual(before);
  return error;
}
