/** A whole copy of one database in another, whatever the engines (ADR 25). @module */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { DoorError } from '../core/errors.ts';
import type { Db, Engine, Tx } from './engine.ts';
import type { Tables } from './schema.ts';
import { KEY_OF_TABLE, TABLES } from './tables.ts';

/** Rows in memory at once; times the widest table's columns, below SQLite's 32,766 parameters. */
const BATCH = 500;

type Row = Readonly<Record<string, string | number | null>>;

/** How many rows each table has. */
export type RowCounts = Readonly<Record<keyof Tables, number>>;

/** Where a copy goes: the transaction, and how the database speaks. */
export interface CopyTarget {
  readonly engine: Pick<Engine, 'dialect'>;
  readonly tx: Tx;
}

/**
 * Replaces every row of the target by those of one snapshot of the source, reads them back, and
 * compares. What belongs to the target's transaction is undone when anything fails.
 *
 * @throws DoorError `E_STORE_DOWN`, also when what was read back differs
 */
export function copyTables(source: Engine, { engine, tx }: CopyTarget): Promise<RowCounts> {
  return source.snapshot(async (db) => {
    await empty(engine, tx);
    const counts: Partial<Record<keyof Tables, number>> = {};
    for (const table of TABLES) counts[table] = await copyTable(db, tx, table);
    await raiseFeed(engine, tx, await highestFeedId(source, db));
    return counts as RowCounts;
  });
}

/**
 * On PostgreSQL a million rows are not deleted within the time of one statement, and each would
 * be looked for in the tables that may refer to it. Truncating belongs to the transaction, too.
 */
async function empty({ dialect }: Pick<Engine, 'dialect'>, tx: Tx): Promise<void> {
  if (dialect === 'postgres') {
    await sql`truncate ${sql.join(TABLES.map((table) => sql.table(table)))}`.execute(tx);
    return;
  }
  for (const table of TABLES.toReversed()) await sql`delete from ${sql.table(table)}`.execute(tx);
}

/** Whether anybody has begun to live in it; an invite that the first start printed does not count. */
export async function isUnused(db: Db): Promise<boolean> {
  for (const table of ['principal', 'session', 'bearer'] as const) {
    const row = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (row.rows.length > 0) return false;
  }
  return true;
}

async function copyTable(from: Db, to: Tx, table: keyof Tables): Promise<number> {
  const sent = createHash('sha256');
  let count = 0;
  for await (const rows of readBatches(from, table)) {
    await to
      .insertInto(table)
      .values(rows as never)
      .execute();
    sent.update(digestible(rows));
    count += rows.length;
  }
  const kept = createHash('sha256');
  for await (const rows of readBatches(to, table)) kept.update(digestible(rows));
  if (!sent.digest().equals(kept.digest())) {
    throw new DoorError(
      'E_STORE_DOWN',
      `The copy of the table ${table} differs from the original. Nothing was changed.`,
    );
  }
  return count;
}

/** Both engines sort keys by their bytes: the same rows come in the same order. */
async function* readBatches(db: Db, table: keyof Tables): AsyncGenerator<readonly Row[]> {
  const key = KEY_OF_TABLE[table];
  let after = sql`true`;
  for (;;) {
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} where ${after}
      order by ${sql.ref(key)} limit ${BATCH}`.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    after = sql`${sql.ref(key)} > ${rows.at(-1)?.[key]}`;
  }
}

const digestible = (rows: readonly Row[]): string =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
    .join('\n')
    .concat('\n');

/** The highest id ever given out: entries that were purged count, for those who have read them. */
export async function highestFeedId({ dialect }: Pick<Engine, 'dialect'>, db: Db): Promise<number> {
  const { rows } = await (dialect === 'sqlite'
    ? sql<{ id: number }>`select seq as id from sqlite_sequence where name = 'revocation'`
    : sql<{ id: number }>`select coalesce(pg_sequence_last_value(
        pg_get_serial_sequence('revocation', 'id')::regclass), 0) as id`
  ).execute(db);
  return Number(rows[0]?.id ?? 0);
}

/** Ids never go back below what a process may have read from either database. */
export async function raiseFeed(
  { dialect }: Pick<Engine, 'dialect'>,
  tx: Tx,
  id: number,
): Promise<void> {
  if (id === 0) return;
  if (dialect === 'postgres') {
    await sql`select setval(sequence, greatest(${id}::bigint, pg_sequence_last_value(sequence)))
      from (select pg_get_serial_sequence('revocation', 'id')::regclass as sequence) as feed
    `.execute(tx);
    return;
  }
  const raised = await sql`update sqlite_sequence set seq = max(seq, ${id})
    where name = 'revocation'`.execute(tx);
  if (raised.numAffectedRows === 0n) {
    await sql`insert into sqlite_sequence (name, seq) values ('revocation', ${id})`.execute(tx);
  }
}
