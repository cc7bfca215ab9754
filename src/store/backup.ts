/** A backup: one SQLite file with everything that the store holds (ADR 25). @module */
import { existsSync } from 'node:fs';
import { link, lstat, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DoorError, StartupError } from '../core/errors.ts';
import { copyTables, type RowCounts } from './copy.ts';
import { openEngine, type StoreOptions } from './open.ts';
import { checkDatabaseFile, isDraftInUse } from './sqlite-file.ts';

/** Where the backup goes. */
export interface BackupOptions {
  /** Absolute. */
  readonly file: string;
  readonly mayReplace: boolean;
}

/**
 * Writes a consistent copy while the door may go on. The name appears once all of it is on the disk.
 *
 * @throws StartupError when there is a file of that name, or no folder for it
 * @throws DoorError `E_STORE_DOWN` when the store or the disk fails; no file is left then
 */
export async function writeBackup(store: StoreOptions, options: BackupOptions): Promise<RowCounts> {
  const { file, mayReplace } = options;
  if (await isFolder(file)) throw new StartupError(`${file} is a folder: name a file in it.`);
  if (!mayReplace && existsSync(file)) throw alreadyThere(file);
  if (!(await isFolder(dirname(file)))) {
    throw new StartupError(`There is no folder ${dirname(file)}: make it first.`);
  }
  const folder = `${file}.tmp`;
  await claim(folder);
  const draft = join(folder, 'draft');
  if (isDraftInUse(draft)) {
    throw new StartupError(
      `Another backup is writing ${file}: wait for it, or choose another name.`,
    );
  }
  await removeDatabase(draft);
  try {
    const counts = await fill(store, draft);
    checkDatabaseFile(draft);
    await publish(draft, options);
    return counts;
  } finally {
    await removeDatabase(draft);
    await rmdir(folder).catch(() => undefined);
  }
}

/**
 * Makes a folder to write in that nobody else can enter. In one that many share, such as /tmp,
 * somebody might put a file or a link under the name that SQLite is about to open.
 *
 * @throws StartupError when there is something else of that name
 */
async function claim(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw new DoorError('E_STORE_DOWN', `${folder} cannot be made (${error.message}).`, error);
    }
  });
  // Not through a link; one that a killed backup has left is ours.
  const { uid, mode } = await lstat(folder);
  const isPrivate = uid === process.geteuid?.() && (mode & 0o170077) === 0o040000;
  if (!isPrivate) {
    throw new StartupError(
      `${folder} is in the way of the backup: remove it, or choose another name.`,
    );
  }
}

/** Removes a database file with what SQLite puts beside it. */
export async function removeDatabase(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    await rm(`${path}${suffix}`, { force: true });
}

async function fill(options: StoreOptions, draft: string): Promise<RowCounts> {
  const source = await openEngine(options);
  try {
    const target = await openEngine({ ...options, address: { kind: 'sqlite', path: draft } });
    try {
      return await target.write((tx) => copyTables(source, { engine: target, tx }));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function publish(draft: string, { file, mayReplace }: BackupOptions): Promise<void> {
  leaveLog(draft);
  await flush(draft);
  // A link, unlike a renaming, never replaces what somebody has put there meanwhile.
  const place = mayReplace ? rename : link;
  await place(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw alreadyThere(file);
    throw new DoorError('E_STORE_DOWN', `${file} cannot be written (${error.message}).`, error);
  });
  await flush(dirname(file));
}

/** One file is what people copy: nothing may be left in a log beside it. */
function leaveLog(path: string): void {
  const connection = new DatabaseSync(path);
  connection.exec('pragma journal_mode = delete');
  connection.close();
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const alreadyThere = (file: string) =>
  new StartupError(`${file} exists already: choose another name, or replace it with --force.`);
