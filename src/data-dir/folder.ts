/** The folder itself: there, ours, and nobody else's to write to. @module */
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../core/error-code.ts';
import { StartupError } from '../core/errors.ts';
import { cannot, ownUid } from './refusal.ts';

/**
 * Makes the folder where it is missing and checks that it can be lived in.
 *
 * Its owner must be exactly the user that runs the program, root included: what
 * root writes into another user's folder, a `-wal` file for one, locks that user's
 * running door out of its own database.
 *
 * @throws StartupError
 */
export async function prepareFolder(path: string): Promise<void> {
  await create(path);
  const { uid, mode } = await stat(path);
  const self = ownUid();
  if (self !== undefined && uid !== self) {
    throw new StartupError(
      `The data directory ${path} belongs to user ${uid}, and this program runs as user ${self}: ` +
        'run it as the owner, change the owner, or set "data_dir" to a folder of its own.',
    );
  }
  // Whoever may write to a folder may put another database in place of ours.
  if ((mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0) {
    throw new StartupError(
      `The data directory ${path} can be written to by other users of this machine: ` +
        `run "chmod 700 ${path}".`,
    );
  }
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const remedy =
      codeOf(error) === 'EROFS'
        ? 'its file system is read-only, check the disk and make it writable again'
        : `run "chmod 700 ${path}"`;
    throw cannot(`The data directory ${path} cannot be read and written`, remedy, error);
  }
}

/** Node's own recursive mkdir calls a read-only file system a missing folder. */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') await makeWithParents(dirname(path));
    else if (codeOf(error) !== 'EEXIST') throw error;
    // Also where somebody else was quicker; what is no folder is refused by this one.
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
}

async function create(path: string): Promise<void> {
  try {
    await makeWithParents(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new StartupError(
        `The data directory ${path} is, or lies under, something that is not a directory: ` +
          'move that away, or set "data_dir" to another path.',
        1,
        error,
      );
    }
    throw cannot(
      `The data directory ${path} cannot be created`,
      'create it for this user, or set "data_dir" to another path',
      error,
    );
  }
}
