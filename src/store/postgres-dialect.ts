/** Kysely's PostgreSQL dialect, with one writer at a time. @module */
import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
} from 'kysely';
import { PostgresFault } from './postgres-faults.ts';

/** Any number will do that nobody else locks in this database. */
const WRITE_LOCK = 7_355_608_114;

/**
 * Begins, and waits until no other write is running anywhere (ADR 20). Read committed, so
 * that each statement sees what the writer before us has left: a snapshot is taken before
 * the lock is granted, and under the stricter levels it would be kept.
 */
const BEGIN = `begin isolation level read committed; select pg_advisory_xact_lock(${WRITE_LOCK})`;

/** The dialect of one pool. */
export class LockingPostgresDialect extends PostgresDialect {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): PostgresDriver {
    return new LockingPostgresDriver({ pool: this.#pool });
  }
}

type Connection = Parameters<PostgresDriver['rollbackTransaction']>[0];

class LockingPostgresDriver extends PostgresDriver {
  override async beginTransaction(connection: Connection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(BEGIN));
    } catch (error) {
      // The first half has worked, and Kysely undoes only what has begun as a whole.
      await this.rollbackTransaction(connection);
      throw error;
    }
  }

  /** Whether it happened is known only from the answer: it is never tried a second time. */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      throw new PostgresFault(error, 'unknown-outcome');
    }
  }

  /** A lost connection has rolled back by itself; its own failure would hide the reason. */
  override async rollbackTransaction(connection: Connection): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}
