/** `keys.json`: the root keys of an installation, made once, read at each start. @module */
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../core/error-code.ts';
import { StartupError } from '../core/errors.ts';
import { type Random, randomToken } from '../core/ports.ts';
import { formatKeys, formatNewKeys, type KeyFile, parseKeys } from './keys.ts';
import { checkPrivacy } from './privacy.ts';
import { cannot, isMissing } from './refusal.ts';

/**
 * Reads the keys; undefined when there is no file.
 *
 * @throws StartupError when the file is damaged, newer, or open to other users
 */
export async function readKeysFile(path: string): Promise<KeyFile | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw cannot(`${path} cannot be read`, 'make it readable for the user of this program', error);
  }
  try {
    checkPrivacy(path, await file.stat());
    return parseKeys(await file.readFile('utf8'), path);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw cannot(`${path} cannot be read`, 'restore it from a backup', error);
  } finally {
    await file.close();
  }
}

/**
 * Makes new keys, or takes those of the process that was quicker.
 *
 * @throws StartupError when they cannot be brought safely to the disk
 */
export async function createKeysFile(path: string, random: Random): Promise<KeyFile> {
  const draft = `${path}.${randomToken(random, 9)}`;
  try {
    await writeDurably(draft, formatNewKeys(random));
    // Unlike a rename, a link never replaces what another process has just put there.
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await syncFolder(dirname(path));
  } catch (error) {
    throw cannot(
      `${path} cannot be written`,
      'the disk that holds it needs room and hard links',
      error,
    );
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  const made = await readKeysFile(path);
  if (made === undefined) throw new StartupError(`${path} has vanished: start again.`);
  return made;
}

/**
 * Puts changed keys in place of the old ones, in one step; who calls holds the lock.
 *
 * @throws StartupError when they cannot be brought safely to the disk; the old ones stay
 */
export async function replaceKeysFile(path: string, file: KeyFile, random: Random): Promise<void> {
  const draft = `${path}.${randomToken(random, 9)}`;
  try {
    await writeDurably(draft, formatKeys(file));
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw cannot(`${path} cannot be written`, 'the disk that holds it needs room', error);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
