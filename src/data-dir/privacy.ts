/** Files that nobody else on the machine may touch. @module */
import { constants, type Stats } from 'node:fs';
import { StartupError } from '../core/errors.ts';
import { ownUid } from './refusal.ts';

/**
 * Keys that others read open every seal; a database that others write holds invitations
 * and groups of their making.
 *
 * @throws StartupError when the file is another user's, or open to one
 */
export function checkPrivacy(path: string, { uid, mode }: Stats): void {
  const self = ownUid();
  if (self === undefined) return;
  if (uid !== self) {
    throw new StartupError(
      `${path} belongs to user ${uid}, and this program runs as user ${self}: run it as the ` +
        'owner, or change the owner.',
    );
  }
  if ((mode & (constants.S_IRWXG | constants.S_IRWXO)) !== 0) {
    throw new StartupError(
      `${path} is open to other users of this machine: run "chmod 600 ${path}".`,
    );
  }
}
