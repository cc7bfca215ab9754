/** SQLite through `node:sqlite`, one file or in memory. @module */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { codeOf } from '../core/error-code.ts';
import { DoorError } from '../core/errors.ts';
import { type Db, type Engine, lookFrom, transact } from './engine.ts';
import { notCreated, storeDown } from './sqlite-faults.ts';
import { type LaneOptions, openLane, type SqliteLane } from './sqlite-lane.ts';

/** Readable and writable by us alone; SQLite gives `-wal` and `-shm` the same mode. */
const FILE_MODE = 0o600;

/**
 * Opens a SQLite database and prepares it with `prepare` before it serves.
 *
 * A file gets two connections: in WAL mode a reader never waits for a writer, so
 * the feed is read on time while another process holds the write lock.
 *
 * @param options  `path` is absolute, or `:memory:`
 * @param prepare  runs the migrations; what it throws, closes the database again
 * @throws DoorError `E_STORE_DOWN`
 */
export async function openSqlite(
  options: LaneOptions,
  prepare: (engine: Engine) => Promise<void>,
): Promise<Engine> {
  const { path } = options;
  const isFile = path !== ':memory:';
  if (isFile) createPrivately(path);
  const writer = openLane(connect(path), options);
  const lanes = { writer, reader: writer };
  const engine = createEngine(lanes);
  try {
    // A newer database is refused in here, before the journal mode could change anything.
    await prepare(engine);
    if (isFile) {
      await writer.hold(setJournal);
      lanes.reader = openLane(connect(path), options);
      await lanes.reader.hold((db) => sql`pragma query_only = on`.execute(db));
    }
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function createEngine(lanes: { readonly writer: SqliteLane; reader: SqliteLane }): Engine {
  return {
    dialect: 'sqlite',
    read: (query) => lanes.reader.hold(query),
    // Not one statement of this room takes long enough to be worth a third connection.
    readOnTime: (query) => lanes.reader.hold(query),
    snapshot: (work) => lanes.reader.hold((db) => lookFrom(db, 'begin', work)),
    write: (work, keep) => lanes.writer.hold((db) => transact(db, work, keep)),
    close: async () => {
      await lanes.reader.close();
      await lanes.writer.close();
    },
  };
}

/**
 * SQLite itself would create the file with whatever the umask leaves. A file that
 * exists is never opened here: closing it would drop the locks of every other
 * connection of this process (POSIX), so this is synchronous, too.
 *
 * @see https://www.sqlite.org/howtocorrupt.html section 2.2
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw notCreated(path, error);
  }
}

function connect(path: string): DatabaseSync {
  try {
    // A busy timeout would stop the event loop for as long: `SqliteLane` waits instead.
    return new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
  } catch (error) {
    throw storeDown(`${path} cannot be opened`, error);
  }
}

/** A commit that returned is on the disk, also when the power fails next. */
async function setJournal(db: Db): Promise<void> {
  const journal = await sql<{ journal_mode: string }>`pragma journal_mode = wal`.execute(db);
  if (journal.rows[0]?.journal_mode !== 'wal') {
    throw new DoorError(
      'E_STORE_DOWN',
      'The file system that holds the database does not support a write-ahead log.',
    );
  }
  await sql`pragma synchronous = full`.execute(db);
}
