/** Bearers: what programs show; the store knows their hashes alone. @module */
import type { Selectable } from 'kysely';
import type { Bearer, BearerRows } from './contract/bearers.ts';
import type { Engine, Tx } from './engine.ts';
import { type BearerTable, fromStringList, toStringList } from './schema.ts';

/** The bearers' part of a store. */
export function createBearers(engine: Engine): BearerRows {
  return {
    addBearer: (bearer) =>
      engine.write(
        (tx) => addBearer(tx, bearer),
        (outcome) => outcome === 'created',
      ),
    findBearer: (tokenHash, nowMs) =>
      engine.read(async (db) => {
        const row = await db
          .selectFrom('bearer')
          .selectAll()
          .where('token_hash', '=', tokenHash)
          .where('expires_at_ms', '>', nowMs)
          .executeTakeFirst();
        return row === undefined ? undefined : fromRow(row);
      }),
    listBearers: () =>
      engine.read(async (db) => {
        const rows = await db.selectFrom('bearer').selectAll().orderBy('name').execute();
        return rows.map(fromRow);
      }),
    noteBearerUse: (id, usedAtMs) =>
      engine.write(async (tx) => {
        await tx
          .updateTable('bearer')
          .set({ last_used_at_ms: usedAtMs })
          .where('id', '=', id)
          .execute();
      }),
    removeBearer: (name) => engine.write((tx) => removeBearer(tx, name)),
  };
}

async function addBearer(tx: Tx, bearer: Bearer): Promise<'created' | 'name-taken'> {
  // What has expired keeps no name: a bearer is renewed under the same one.
  await tx
    .deleteFrom('bearer')
    .where('name', '=', bearer.name)
    .where('expires_at_ms', '<=', bearer.createdAtMs)
    .execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('bearer')
    .values(toRow(bearer))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'name-taken';
}

/** Its id goes on the feed, so that what it has opened ends in every process. */
async function removeBearer(tx: Tx, name: string): Promise<boolean> {
  await tx
    .insertInto('revocation')
    .columns(['sid', 'expires_at_ms'])
    .expression(tx.selectFrom('bearer').select(['id', 'expires_at_ms']).where('name', '=', name))
    .execute();
  const removed = await tx.deleteFrom('bearer').where('name', '=', name).executeTakeFirst();
  return removed.numDeletedRows === 1n;
}

const toRow = (bearer: Bearer): BearerTable => ({
  id: bearer.id,
  name: bearer.name,
  token_hash: bearer.tokenHash,
  scopes: toStringList(bearer.scopes),
  created_at_ms: bearer.createdAtMs,
  expires_at_ms: bearer.expiresAtMs,
  last_used_at_ms: bearer.lastUsedAtMs,
});

const fromRow = (row: Selectable<BearerTable>): Bearer => ({
  id: row.id,
  name: row.name,
  tokenHash: row.token_hash,
  scopes: fromStringList(row.scopes),
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
  lastUsedAtMs: row.last_used_at_ms,
});
