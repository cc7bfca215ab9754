import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, NOBODY, openElsewhere, snapshot } from './folders.ts';

/** Only root can give files away and act as somebody else. */
const isRoot = process.geteuid?.() === 0;

let base: string;
let path: string;
beforeEach(async () => {
  base = await makeFolder();
  path = join(base, 'data');
  await chmod(base, 0o755);
  await mkdir(path, { mode: 0o700 });
  return () => rm(base, { recursive: true, force: true });
});

describe.skipIf(!isRoot)('[needs the root user] a data directory among several users', () => {
  it('opens for an ordinary user that owns it', async () => {
    await chown(path, NOBODY, NOBODY);
    const first = await openElsewhere(path, NOBODY);
    expect(first.opened).toBeDefined();
    expect(await openElsewhere(path, NOBODY)).toEqual(first);
  });

  it('is refused when it belongs to another user', async () => {
    await expectRefusal(NOBODY, /belongs to user 0.*runs as user 65534/);
  });

  it('is refused to root too: what root writes locks the owner out', async () => {
    await chown(path, NOBODY, NOBODY);
    await expectRefusal(undefined, /belongs to user 65534.*runs as user 0/);
  });

  it('is refused when the keys belong to another user', async () => {
    await openElsewhere(path);
    await chown(path, NOBODY, NOBODY);
    await chmod(join(path, 'keys.json'), 0o644);
    await expectRefusal(NOBODY, /keys\.json belongs to user 0/);
  });

  it('is refused when the database belongs to another user', async () => {
    await chown(path, NOBODY, NOBODY);
    await openElsewhere(path, NOBODY);
    await writeFile(join(path, 'sallyport.db'), 'anything', { mode: 0o600 });
    await expectRefusal(NOBODY, /sallyport\.db belongs to user 0/);
  });

  it.each([0o600, 0o500, 0o300, 0o000])('is refused with mode %o', async (mode) => {
    await chown(path, NOBODY, NOBODY);
    await chmod(path, mode);
    await expectRefusal(NOBODY, /cannot be read and written \(EACCES\).*chmod 700/);
  });

  it('is refused when the owner cannot read the keys', async () => {
    await chown(path, NOBODY, NOBODY);
    await openElsewhere(path, NOBODY);
    await chmod(join(path, 'keys.json'), 0o000);
    await expectRefusal(NOBODY, /keys\.json cannot be read \(EACCES\)/);
  });

  it('is refused when it would have to be made where nobody may write', async () => {
    await rm(path, { recursive: true });
    await expectRefusal(NOBODY, /cannot be created \(EACCES\)/);
  });

  it('is refused when it lies where nobody may look', async () => {
    await chown(path, NOBODY, NOBODY);
    await chmod(base, 0o700);
    await expectRefusal(NOBODY, /\(EACCES\)/);
  });
});

async function expectRefusal(uid: number | undefined, sentence: RegExp): Promise<void> {
  const before = await snapshot(base);
  const { refusal, exitCode, isStartupError } = await openElsewhere(path, uid);
  expect(isStartupError, refusal).toBe(true);
  expect(refusal).toMatch(sentence);
  expect(exitCode).toBe(1);
  expect(await snapshot(base)).toEqual(before);
}
