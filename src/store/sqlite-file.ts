/** What can be said of a SQLite file without being its door. @module */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DoorError, StartupError } from '../core/errors.ts';
import { isBusy, isDamaged, isFromSqlite, storeDown } from './sqlite-faults.ts';

/** Whether any other connection, also one that is idle, has the database open. */
export function isInUse(path: string): boolean {
  if (!existsSync(path)) return false;
  const connection = new DatabaseSync(path, { timeout: 0 });
  try {
    // Before its first look: only then does a write-ahead log ask for the file alone.
    connection.exec('pragma locking_mode = exclusive; begin exclusive; rollback');
    return false;
  } catch (error) {
    if (isFromSqlite(error) && isBusy(error)) return true;
    throw storeDown(`${path} cannot be examined`, error);
  } finally {
    connection.close();
  }
}

/** The same of a private copy: one that a kill has left half-written is nobody's, and in nobody's way. */
export function isDraftInUse(path: string): boolean {
  try {
    return isInUse(path);
  } catch (error) {
    const fault = error instanceof DoorError ? error.cause : error;
    if (isFromSqlite(fault) && isDamaged(fault)) return false;
    throw error;
  }
}

/**
 * Reads a whole database file and refuses one that is damaged or not ours.
 *
 * @param label  how the file is called in the sentence
 * @throws StartupError
 */
export function checkDatabaseFile(path: string, label = path): void {
  let findings: readonly unknown[];
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { timeout: 0 });
    if (!isOurs(connection) || hasAWill(connection)) {
      throw new StartupError(`${label} is no backup of Sallyport's. Nothing was changed.`);
    }
    findings = [
      ...connection
        .prepare('pragma integrity_check(1)')
        .all()
        .filter((row) => row.integrity_check !== 'ok'),
      ...connection.prepare('pragma foreign_key_check').all(),
    ];
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `${label} is damaged or no backup (${reason}): use another one. Nothing was changed.`,
      1,
      error,
    );
  } finally {
    connection?.close();
  }
  if (findings.length > 0) {
    throw new StartupError(`${label} is damaged: use another backup. Nothing was changed.`);
  }
}

const isOurs = (connection: DatabaseSync) =>
  connection
    .prepare("select 1 from sqlite_master where type = 'table' and name in ('meta', 'principal')")
    .all().length === 2;

/**
 * Whether changes of the file have consequences that we did not write: a trigger or a rule for
 * conflicts could bring back the sessions and codes that a restore ends.
 */
const hasAWill = (connection: DatabaseSync) =>
  connection
    .prepare(
      `select 1 from sqlite_master where type in ('trigger', 'view')
        or sql like '%on conflict%' or sql like 'create virtual%' limit 1`,
    )
    .get() !== undefined;
