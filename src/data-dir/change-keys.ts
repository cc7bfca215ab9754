/** Changes of the key ring, one at a time, whoever makes them. @module */
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { StartupError } from '../core/errors.ts';
import type { Random } from '../core/ports.ts';
import type { KeyFile } from './keys.ts';
import { readKeysFile, replaceKeysFile } from './keys-file.ts';
import { cannot } from './refusal.ts';

/** Five seconds in all: another change reads and writes one small file. */
const LOCK_TRIES = 250;
const LOCK_PAUSE_MS = 20;

/**
 * Reads the keys, lets `change` decide, and puts what it returns in their place. No two
 * changes overlap, in any process, so that none is lost.
 *
 * @param change   throws to leave everything as it is
 * @param confirm  looks, under the lock, at what no ring says; throws likewise
 * @throws StartupError where the file cannot be read, written or locked
 */
export async function changeKeys(
  path: string,
  { random, confirm }: { readonly random: Random; readonly confirm?: () => Promise<void> },
  change: (file: KeyFile) => KeyFile,
): Promise<void> {
  using _lock = await takeLock(`${path}.lock`);
  const before = await readKeysFile(path);
  if (before === undefined) {
    throw new StartupError(`${path} is missing: restore it from a backup.`);
  }
  const after = change(before);
  await confirm?.();
  await replaceKeysFile(path, after, random);
}

/** SQLite's lock is the operating system's: it ends with a process that is killed. */
async function takeLock(path: string): Promise<Disposable> {
  try {
    await (await open(path, 'a', 0o600)).close();
    const lock = new DatabaseSync(path, { timeout: 0 });
    try {
      await begin(lock);
    } catch (error) {
      lock.close();
      throw error;
    }
    return { [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    throw cannot(`${path} cannot be locked`, 'wait for the other command to end', error);
  }
}

/** Waits by itself: SQLite would hold up everything else that this process does. */
async function begin(lock: DatabaseSync): Promise<void> {
  for (let tries = LOCK_TRIES; ; tries -= 1) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await setTimeout(LOCK_PAUSE_MS);
    }
  }
}
