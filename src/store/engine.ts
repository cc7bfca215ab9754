/** What a dialect must provide; everything above it is written once. @module */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** Where queries are built: the database, or a transaction in it. */
export type Db = Kysely<Tables>;

/** A running write transaction. */
export type Tx = Transaction<Tables>;

/** Where databases differ in words, not in meaning. */
export type Dialect = 'sqlite' | 'postgres';

/**
 * A database that answers or throws `DoorError('E_STORE_DOWN')`; errors thrown by
 * a caller's own code pass unchanged.
 */
export interface Engine {
  readonly dialect: Dialect;
  /** Runs one statement on a consistent snapshot; never waits for a writer. */
  read<T>(query: (db: Db) => Promise<T>): Promise<T>;
  /** Like `read`, and never behind other calls either: for what must be read on time. */
  readOnTime<T>(query: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Runs many statements on one consistent snapshot, while others write. `work` may run again.
   */
  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Runs `work` as one transaction that no other write overlaps, in any process:
   * rules that read before they write, and the order of the feed's ids, rest on it.
   * `work` may run again when the database was busy, so it has no other effects.
   *
   * @param keep  whether to commit for this outcome; everything is undone where it says no
   */
  write<T>(work: (tx: Tx) => Promise<T>, keep?: (outcome: T) => boolean): Promise<T>;
  /** Waits for what is running; harmless when repeated. */
  close(): Promise<void>;
}

/** Runs {@link Engine.snapshot}'s `work` on a connection of its own, after `begin`. */
export function lookFrom<T>(db: Db, begin: string, work: (db: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection);
    try {
      return await work(connection);
    } finally {
      // Nothing was written; what broke the work must not be hidden by its end.
      await sql
        .raw('rollback')
        .execute(connection)
        .catch(() => undefined);
    }
  });
}

/** Runs {@link Engine.write}'s `work` in a transaction of Kysely's. */
export async function transact<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  keep: (outcome: T) => boolean = () => true,
): Promise<T> {
  try {
    return await db.transaction().execute(async (tx) => {
      const outcome = await work(tx);
      if (!keep(outcome)) throw new Undone(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone) return error.outcome as T;
    throw error;
  }
}

/** Kysely rolls back on exceptions only; this one carries the outcome past it. */
class Undone {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    this.outcome = outcome;
  }
}
