/** The folder that holds everything an installation must not lose. @module */
import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartupError } from '../core/errors.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';
import type { Secret } from '../core/secret.ts';
import { prepareFolder } from './folder.ts';
import { parseGiven, toRings } from './keys.ts';
import { createKeysFile, readKeysFile } from './keys-file.ts';
import { checkPrivacy } from './privacy.ts';
import { cannot, isMissing } from './refusal.ts';

/** An installation's folder, checked, with its root keys. */
export interface DataDir {
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of the SQLite file; whether it exists is the store's matter. */
  readonly databaseFile: string;
  /** Absolute path of the root keys; undefined where they come from outside. */
  readonly keysFile: string | undefined;
  /** Root keys of what browsers carry: cookies. */
  readonly sealKeys: KeySet;
  /** Root keys of what the database holds: credentials and flows. */
  readonly storeKeys: KeySet;
}

/** Where root keys are; `keys.json` in the folder where nothing else is said. */
export interface KeysPlace {
  /** Absolute path. */
  readonly file?: string | undefined;
  /** The file's content from outside, as it is or in base64. */
  readonly rings?: Secret | undefined;
}

/**
 * Opens the data directory; makes folder (0700) and root keys (0600) where there
 * are none yet. Two processes that start at once end up with the same keys.
 *
 * @throws StartupError, exit code 1, one sentence for the operator; nothing was changed
 */
export async function openDataDir(
  path: string,
  { random, keys: place = {} }: { readonly random: Random; readonly keys?: KeysPlace },
): Promise<DataDir> {
  const folder = resolve(path);
  await prepareFolder(folder);
  const databaseFile = join(folder, 'sallyport.db');
  if (place.rings !== undefined) {
    await checkDatabase(databaseFile);
    return { path: folder, databaseFile, keysFile: undefined, ...toRings(parseGiven(place.rings)) };
  }
  const keysFile = place.file ?? join(folder, 'keys.json');
  // Looked for before the keys: another process may be making both, the keys first.
  const hasDatabase = await exists(databaseFile);
  const keys = await readKeysFile(keysFile);
  if (keys !== undefined) {
    await checkDatabase(databaseFile);
    return { path: folder, databaseFile, keysFile, ...toRings(keys) };
  }
  // New keys would turn every credential in the database into noise.
  if (hasDatabase) throw keysMissing(keysFile, databaseFile);
  const made = await createKeysFile(keysFile, random);
  return { path: folder, databaseFile, keysFile, ...toRings(made) };
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw cannot(`${path} cannot be examined`, 'check the disk that holds it', error);
  }
}

/** SQLite gives the files it makes the database's mode, but takes those it finds as they are. */
async function checkDatabase(file: string): Promise<void> {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    const stats = await stat(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw cannot(`${path} cannot be examined`, 'check the disk that holds it', error);
    });
    if (stats !== undefined) checkPrivacy(path, stats);
  }
}

const keysMissing = (keysFile: string, databaseFile: string) =>
  new StartupError(
    `${keysFile} is missing, and without it nothing in ${databaseFile} can be opened: restore ` +
      'it from a backup, or move the database away to begin anew.',
  );
