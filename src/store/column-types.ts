/** How each dialect spells the column types that migrations use. @module */
import { type ColumnDefinitionBuilder, sql } from 'kysely';
import type { Dialect } from './engine.ts';

/** The types whose spelling differs; a released migration relies on each entry. */
export type ColumnTypes = ReturnType<typeof columnTypes>;

/** @param dialect  whose words are wanted */
export function columnTypes(dialect: Dialect) {
  return dialect === 'sqlite' ? SQLITE : POSTGRES;
}

const SQLITE = {
  text: 'text' as const,
  // It cannot add a column with a default that differs by row, and nobody needs one: nothing puts
  // a file back under a running process.
  freshNonce: sql.lit(''),
  growingId: {
    type: 'integer' as const,
    build: (column: ColumnDefinitionBuilder) => column.primaryKey().autoIncrement(),
  },
};

const POSTGRES = {
  // By bytes: another collation sorts otherwise on each server, and an index that was built
  // under one is silently wrong after an upgrade of the system's C library.
  text: sql`text collate "C"`,
  freshNonce: sql`gen_random_uuid()`,
  growingId: {
    type: 'bigint' as const,
    build: (column: ColumnDefinitionBuilder) => column.primaryKey().generatedByDefaultAsIdentity(),
  },
};
