/** Everything that the first release stores. @module */
import type { CreateTableBuilder } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import type { Tx } from '../engine.ts';

/** Creates the tables and the indexes that the queries of this room search by. */
export async function createFirstTables(tx: Tx, types: ColumnTypes): Promise<void> {
  await createPrincipals(tx, types);
  await createSessions(tx, types);
  await createInvites(tx, types);
  await createFlows(tx, types);
  await createThrottles(tx, types);
}

async function createPrincipals(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('principal')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('realm', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('canonical_name', types.text, (column) => column.notNull())
    .addColumn('groups', types.text, (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at_ms', 'bigint')
    .addUniqueConstraint('principal_name', ['kind', 'realm', 'canonical_name'])
    .execute();
  await tx.schema
    .createTable('credential')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .$call(addPrincipal(types))
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('label', types.text, (column) => column.notNull())
    .addColumn('sealed', types.text, (column) => column.notNull())
    .addColumn('last_step', 'bigint', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'credential', 'principal_id');
}

async function createSessions(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('session')
    .addColumn('sid', types.text, (column) => column.primaryKey())
    .$call(addPrincipal(types))
    .addColumn('amr', types.text, (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'session', 'principal_id');
  await createIndex(tx, 'session', 'expires_at_ms');
  await tx.schema
    .createTable('revocation')
    // An id that came back after a purge would be missed by every poller.
    .addColumn('id', types.growingId.type, types.growingId.build)
    .addColumn('sid', types.text, (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'revocation', 'expires_at_ms');
}

async function createInvites(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('invite')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('token_hash', types.text, (column) => column.notNull().unique())
    .addColumn('groups', types.text, (column) => column.notNull())
    .addColumn('principal_id', types.text, (column) =>
      column.references('principal.id').onDelete('cascade'),
    )
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'invite', 'principal_id');
  await createIndex(tx, 'invite', 'expires_at_ms');
}

async function createFlows(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('flow')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('sealed', types.text, (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'flow', 'expires_at_ms');
}

async function createThrottles(tx: Tx, types: ColumnTypes): Promise<void> {
  await tx.schema
    .createTable('throttle')
    .addColumn('key', types.text, (column) => column.primaryKey())
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('last_failure_ms', 'bigint', (column) => column.notNull())
    .addColumn('day_start_ms', 'bigint', (column) => column.notNull())
    .addColumn('day_attempts', 'bigint', (column) => column.notNull())
    .addColumn('touched_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'throttle', 'touched_at_ms');
}

const addPrincipal =
  (types: ColumnTypes) =>
  <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
    table.addColumn('principal_id', types.text, (column) =>
      column.notNull().references('principal.id').onDelete('cascade'),
    );

const createIndex = (tx: Tx, table: string, column: string) =>
  tx.schema.createIndex(`${table}_by_${column}`).on(table).column(column).execute();
