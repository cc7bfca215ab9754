/** What tells two entries of the feed apart that got one id. @module */
import type { ColumnTypes } from '../column-types.ts';
import type { Tx } from '../engine.ts';

/**
 * Adds a column that the database fills by itself: whoever writes an entry, an older process too,
 * cannot forget it.
 */
export async function addNonces(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .alterTable('revocation')
    .addColumn('nonce', types.text, (column) => column.notNull().defaultTo(types.freshNonce))
    .execute();
}
