/** What SQLite and the disk under it can answer, in sentences for the operator. @module */
import { mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../core/error-code.ts';
import { DoorError } from '../core/errors.ts';

/** SQLITE_BUSY, SQLITE_LOCKED and SQLITE_PROTOCOL: nothing has happened yet, try again. */
const BUSY = new Set([5, 6, 15]);
/** SQLITE_CORRUPT and SQLITE_NOTADB: no new attempt and no other process helps. */
const DAMAGED = new Set([11, 26]);
const FULL = 13;
const IOERR = 10;

/** An error of SQLite's, so that a caller's own errors can be told apart. */
export type SqliteFault = Error & { readonly errcode?: number };

/** Whether SQLite has thrown this. */
export const isFromSqlite = (error: unknown): error is SqliteFault =>
  ['ERR_SQLITE_ERROR', 'ERR_INVALID_STATE'].includes(codeOf(error) ?? '');

/** Whether another connection was in the way, and nothing has happened. */
export const isBusy = (fault: SqliteFault): boolean => BUSY.has(primaryCode(fault));

/** Whether the file is no database, or no longer. */
export const isDamaged = (fault: SqliteFault): boolean => DAMAGED.has(primaryCode(fault));

// Extended codes carry the primary one in their lowest byte.
const primaryCode = ({ errcode = 0 }: SqliteFault) => errcode & 0xff;

/** The exception of a store that cannot answer; the driver's error is the cause. */
export function storeDown(fault: string, cause: unknown): DoorError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DoorError('E_STORE_DOWN', `The database ${fault} (${reason}).`, cause);
}

/** The exception of a file that could not be made: the system's own words name it once more. */
export function notCreated(path: string, cause: unknown): DoorError {
  const remedy =
    'its folder has to be there, writable for the user of this program, on a disk with room';
  return new DoorError(
    'E_STORE_DOWN',
    `The database ${path} cannot be created (${codeOf(cause) ?? 'unknown error'}): ${remedy}.`,
    cause,
  );
}

/** The exception for a fault, with what to do about it where that is known. */
export async function explain(fault: SqliteFault, path: string): Promise<DoorError> {
  if (isBusy(fault)) return storeDown(`${path} is held elsewhere`, fault);
  if (isDamaged(fault)) {
    return storeDown(`${path} is damaged: restore it from a backup`, fault);
  }
  if (primaryCode(fault) === FULL) return storeDown(full(path), fault);
  const said = await askFileSystem(path);
  if (said !== undefined) return storeDown(said, fault);
  const isDisk = primaryCode(fault) === IOERR;
  return storeDown(`${path} has failed${isDisk ? ': check the disk that holds it' : ''}`, fault);
}

/** SQLite says `disk I/O error` for most of what a disk can do; the disk itself says more. */
async function askFileSystem(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  try {
    // A file system that has failed lets everybody in, `access` says, until something is made.
    await rmdir(await mkdtemp(join(folder, 'probe-')));
    const { bavail } = await statfs(folder);
    return bavail === 0 ? full(path) : undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC') return full(path);
    return code === 'EROFS' ? readOnly(path) : undefined;
  }
}

const full = (path: string) => `${path} is on a full disk: make room there`;
const readOnly = (path: string) =>
  `${path} is on a read-only file system: check the disk, and make it writable again`;
