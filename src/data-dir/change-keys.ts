/** Changes of the key ring, one at a time, whoever makes them. @module */
import { StartupError } from '../core/errors.ts';
import { type Clock, type Random, systemClock } from '../core/ports.ts';
import type { KeyFile } from './keys.ts';
import { readKeysFile, replaceKeysFile } from './keys-file.ts';
import { takeLock } from './lock-file.ts';

/** Chance, time, and who is asked about what no ring says. */
export interface ChangeKeysDeps {
  readonly random: Random;
  readonly clock?: Clock;
  /** Looks under the lock; throws to leave everything as it is. */
  readonly confirm?: () => Promise<void>;
}

/**
 * Reads the keys, lets `change` decide, and puts what it returns in their place. No two
 * changes overlap, in any process, so that none is lost.
 *
 * @param change  throws to leave everything as it is
 * @throws StartupError where the file cannot be read, written or locked
 */
export async function changeKeys(
  path: string,
  { random, clock = systemClock, confirm }: ChangeKeysDeps,
  change: (file: KeyFile) => KeyFile,
): Promise<void> {
  const lock = await takeLock(`${path}.lock`, { random, clock });
  try {
    const before = await readKeysFile(path);
    if (before === undefined) {
      throw new StartupError(`${path} is missing: restore it from a backup.`);
    }
    const after = change(before);
    await confirm?.();
    if (after === before) return;
    if (!(await lock.stillHeld())) {
      throw new StartupError(`${path} was changed by another command meanwhile: try again.`);
    }
    await replaceKeysFile(path, after, random);
  } finally {
    await lock.release();
  }
}
