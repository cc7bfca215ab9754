/** Brings a database to the version that this program knows. @module */
import { StartupError } from '../core/errors.ts';
import { type ColumnTypes, columnTypes } from './column-types.ts';
import type { Engine, Tx } from './engine.ts';
import { createFirstTables } from './migrations/0001-first.ts';
import { createBearerTable } from './migrations/0002-bearers.ts';
import { addNonces } from './migrations/0003-nonces.ts';

/** Entry N brings version N to N + 1; released entries never change. */
const MIGRATIONS: readonly ((tx: Tx, types: ColumnTypes) => Promise<void>)[] = [
  createFirstTables,
  createBearerTable,
  addNonces,
];

/**
 * Runs the missing migrations, all of them or none; a second process that starts
 * at the same moment waits and finds nothing left to do.
 *
 * @param label  how the database is called in sentences for the operator
 * @param admit  is shown a database that somebody has used, before anything is changed in it;
 *   what it throws leaves all as it was
 * @throws StartupError when a newer Sallyport has written the database
 */
export async function migrate(
  engine: Engine,
  label: string,
  admit: (tx: Tx) => Promise<void> = async () => {},
): Promise<void> {
  const types = columnTypes(engine.dialect);
  await engine.write(async (tx) => {
    const version = await readVersion(tx, types, label);
    if (version > MIGRATIONS.length) throw tooNew(label, version);
    if (version > 0) await admit(tx);
    if (version === MIGRATIONS.length) return;
    for (const apply of MIGRATIONS.slice(version)) await apply(tx, types);
    const value = String(MIGRATIONS.length);
    await tx
      .insertInto('meta')
      .values({ key: 'schema_version', value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  });
}

async function readVersion(tx: Tx, types: ColumnTypes, label: string): Promise<number> {
  await tx.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', types.text, (column) => column.primaryKey())
    .addColumn('value', types.text, (column) => column.notNull())
    .execute();
  const row = await tx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'schema_version')
    .executeTakeFirst();
  if (row === undefined) return 0;
  if (/^[1-9][0-9]{0,8}$/.test(row.value)) return Number(row.value);
  throw new StartupError(
    `The database ${label} does not say which version it is: restore a backup. Nothing was changed.`,
  );
}

const tooNew = (label: string, version: number) =>
  new StartupError(
    `The database ${label} has version ${version}, and this Sallyport knows versions up to ` +
      `${MIGRATIONS.length}: start the newer Sallyport that wrote it, or restore a backup from ` +
      'before the upgrade. Nothing was changed.',
  );
