/** Kysely's SQLite dialect on `node:sqlite`. @module */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { LRUCache } from 'lru-cache';

/** The dialect of one open connection, whose owner closes it. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: DatabaseSync;

  constructor(connection: DatabaseSync) {
    super({ database: adapt(connection) });
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new NodeSqliteDriver(this.#connection);
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #connection: DatabaseSync;

  constructor(connection: DatabaseSync) {
    super({ database: adapt(connection) });
    this.#connection = connection;
  }

  /** Takes the write lock now: one taken later fails half-way when somebody else was quicker. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** A full disk makes SQLite roll back by itself; a second time would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** More texts than this room has; lists of several lengths make a few of one query. */
const MAX_STATEMENTS = 200;

/**
 * Gives `node:sqlite` the shape that Kysely's dialect was written for. Statements are kept:
 * preparing one costs more than running it, and SQLite itself prepares it anew when the
 * schema has changed.
 */
function adapt(connection: DatabaseSync): SqliteDatabase {
  const prepared = new LRUCache<string, SqliteStatement>({ max: MAX_STATEMENTS });
  return {
    close: () => connection.close(),
    prepare: (text) => {
      const statement = prepared.get(text) ?? prepare(connection, text);
      prepared.set(text, statement);
      return statement;
    },
  };
}

function prepare(connection: DatabaseSync, text: string): SqliteStatement {
  const statement = connection.prepare(text);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
