/** Bearers: tokens that programs show instead of a person or a code. @module */
import type { ColumnTypes } from '../column-types.ts';
import type { Tx } from '../engine.ts';

/** Creates the table of bearers, searched by the hash of a token and by name. */
export async function createBearerTable(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('bearer')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('name', types.text, (column) => column.notNull().unique())
    .addColumn('token_hash', types.text, (column) => column.notNull().unique())
    .addColumn('scopes', types.text, (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at_ms', 'bigint')
    .execute();
  await tx.schema
    .createIndex('bearer_by_expires_at_ms')
    .on('bearer')
    .column('expires_at_ms')
    .execute();
}
