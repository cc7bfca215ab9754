/** Principals: who exists, under which name, in which groups. @module */
import type { Selectable } from 'kysely';
import type { Principal, PrincipalRows, Registration } from './contract/principals.ts';
import { insertCredentials } from './credentials.ts';
import type { Engine, Tx } from './engine.ts';
import { endSessionsOf } from './feed.ts';
import { spendInvite } from './invites.ts';
import { fromStringList, type PrincipalTable, toStringList } from './schema.ts';

/** The principals' part of a store. */
export function createPrincipals(engine: Engine): PrincipalRows {
  return {
    hasPerson: () => hasPerson(engine),
    listPrincipals: (kind) => listPrincipals(engine, kind),
    register: (registration, nowMs) =>
      engine.write(
        (tx) => register(tx, registration, nowMs),
        (outcome) => outcome === 'created',
      ),
    setDisabled: (principalId, disabledAtMs) =>
      engine.write(async (tx) => {
        const isKnown = await update(tx, principalId, { disabled_at_ms: disabledAtMs });
        if (disabledAtMs !== null) await endSessionsOf(tx, principalId);
        return isKnown;
      }),
    setGroups: (principalId, groups) =>
      engine.write(async (tx) => {
        const isKnown = await update(tx, principalId, { groups: toStringList(groups) });
        await endSessionsOf(tx, principalId);
        return isKnown;
      }),
    rename: (principalId, to) => engine.write((tx) => rename(tx, principalId, to)),
    removePrincipal: (principalId) =>
      engine.write(async (tx) => {
        // First the feed: the deletion takes the session rows with it.
        await endSessionsOf(tx, principalId);
        const { numDeletedRows } = await tx
          .deleteFrom('principal')
          .where('id', '=', principalId)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),
  };
}

/**
 * The invite comes first, so that nobody without one learns which names exist; a
 * name that is taken gives the invite back, because nothing of this is kept.
 */
async function register(
  tx: Tx,
  { principal, credentials, inviteId: id }: Registration,
  nowMs: number,
): Promise<'created' | 'name-taken' | 'invite-spent'> {
  if (id !== null && !(await spendInvite(tx, { id, principalId: null }, nowMs))) {
    return 'invite-spent';
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('principal')
    .values(toRow(principal))
    .onConflict((conflict) => conflict.columns(['kind', 'realm', 'canonical_name']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return 'name-taken';
  await insertCredentials(tx, principal.id, credentials, nowMs);
  return 'created';
}

async function rename(
  tx: Tx,
  principalId: string,
  to: Pick<Principal, 'realm' | 'name' | 'canonicalName'>,
): Promise<'renamed' | 'name-taken' | 'no-principal'> {
  const principal = await tx
    .selectFrom('principal')
    .select('kind')
    .where('id', '=', principalId)
    .executeTakeFirst();
  if (principal === undefined) return 'no-principal';
  // Asked first: a constraint that fails would end the whole transaction on some databases.
  const holder = await tx
    .selectFrom('principal')
    .select('id')
    .where('kind', '=', principal.kind)
    .where('realm', '=', to.realm)
    .where('canonical_name', '=', to.canonicalName)
    .executeTakeFirst();
  if (holder !== undefined && holder.id !== principalId) return 'name-taken';
  const { realm, name, canonicalName: canonical_name } = to;
  await update(tx, principalId, { realm, name, canonical_name });
  await endSessionsOf(tx, principalId);
  return 'renamed';
}

async function update(
  tx: Tx,
  principalId: string,
  change: Partial<PrincipalTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('principal')
    .set(change)
    .where('id', '=', principalId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function hasPerson(engine: Engine): Promise<boolean> {
  return engine.read(async (db) => {
    const person = await db
      .selectFrom('principal')
      .select('id')
      .where('kind', '=', 'person')
      .limit(1)
      .executeTakeFirst();
    return person !== undefined;
  });
}

function listPrincipals(engine: Engine, kind: Principal['kind']): Promise<readonly Principal[]> {
  return engine.read(async (db) => {
    const rows = await db
      .selectFrom('principal')
      .selectAll()
      .where('kind', '=', kind)
      .orderBy('canonical_name')
      .orderBy('realm')
      .execute();
    return rows.map(toPrincipal);
  });
}

const toRow = (principal: Principal): PrincipalTable => ({
  id: principal.id,
  kind: principal.kind,
  realm: principal.realm,
  name: principal.name,
  canonical_name: principal.canonicalName,
  groups: toStringList(principal.groups),
  created_at_ms: principal.createdAtMs,
  disabled_at_ms: principal.disabledAtMs,
});

/** A row as the contract shows it. */
export const toPrincipal = (row: Selectable<PrincipalTable>): Principal => ({
  id: row.id,
  kind: row.kind,
  realm: row.realm,
  name: row.name,
  canonicalName: row.canonical_name,
  groups: fromStringList(row.groups),
  createdAtMs: row.created_at_ms,
  disabledAtMs: row.disabled_at_ms,
});
