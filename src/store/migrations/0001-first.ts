/** Everything that the first release stores. @module */
import type { CreateTableBuilder } from 'kysely';
import type { Tx } from '../engine.ts';

/** Creates the tables and the indexes that the queries of this room search by. */
export async function createFirstTables(tx: Tx): Promise<void> {
  await createPrincipals(tx);
  await createSessions(tx);
  await createInvites(tx);
  await createFlows(tx);
  await createThrottles(tx);
}

async function createPrincipals(tx: Tx): Promise<void> {
  await tx.schema
    .createTable('principal')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('realm', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('canonical_name', 'text', (column) => column.notNull())
    .addColumn('groups', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at_ms', 'bigint')
    .addUniqueConstraint('principal_name', ['kind', 'realm', 'canonical_name'])
    .execute();
  await tx.schema
    .createTable('credential')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .$call(addPrincipal)
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('last_step', 'bigint', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'credential', 'principal_id');
}

async function createSessions(tx: Tx): Promise<void> {
  await tx.schema
    .createTable('session')
    .addColumn('sid', 'text', (column) => column.primaryKey())
    .$call(addPrincipal)
    .addColumn('amr', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'session', 'principal_id');
  await createIndex(tx, 'session', 'expires_at_ms');
  await tx.schema
    .createTable('revocation')
    // Without AUTOINCREMENT an id comes back after a purge, and pollers would miss its entry.
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('sid', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'revocation', 'expires_at_ms');
}

async function createInvites(tx: Tx): Promise<void> {
  await tx.schema
    .createTable('invite')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('groups', 'text', (column) => column.notNull())
    .addColumn('principal_id', 'text', (column) =>
      column.references('principal.id').onDelete('cascade'),
    )
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'invite', 'principal_id');
  await createIndex(tx, 'invite', 'expires_at_ms');
}

async function createFlows(tx: Tx): Promise<void> {
  await tx.schema
    .createTable('flow')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'flow', 'expires_at_ms');
}

async function createThrottles(tx: Tx): Promise<void> {
  await tx.schema
    .createTable('throttle')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('failures', 'bigint', (column) => column.notNull())
    .addColumn('last_failure_ms', 'bigint', (column) => column.notNull())
    .addColumn('day_start_ms', 'bigint', (column) => column.notNull())
    .addColumn('day_attempts', 'bigint', (column) => column.notNull())
    .addColumn('touched_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await createIndex(tx, 'throttle', 'touched_at_ms');
}

const addPrincipal = <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
  table.addColumn('principal_id', 'text', (column) =>
    column.notNull().references('principal.id').onDelete('cascade'),
  );

const createIndex = (tx: Tx, table: string, column: string) =>
  tx.schema.createIndex(`${table}_by_${column}`).on(table).column(column).execute();
