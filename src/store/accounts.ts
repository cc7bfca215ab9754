/** Accounts: a principal with its credentials, in one look-up. @module */
import type { Account, AccountRows } from './contract/accounts.ts';
import type { Db, Engine } from './engine.ts';
import { toPrincipal } from './principals.ts';

/** The accounts' part of a store. */
export function createAccounts(engine: Engine): AccountRows {
  return {
    findPrincipal: (kind, realm, canonicalName) =>
      engine.read((db) =>
        db
          .selectFrom('principal')
          .select(['id', 'name'])
          .where('kind', '=', kind)
          .where('realm', '=', realm)
          .where('canonical_name', '=', canonicalName)
          .executeTakeFirst(),
      ),
    hasServiceInAnyCase: (realm, name) =>
      engine.read(async (db) => {
        const found = await db
          .selectFrom('principal')
          .select('kind')
          .where('kind', '=', 'service')
          .where((row) => row(row.fn('lower', ['realm']), '=', realm))
          .where((row) => row(row.fn('lower', ['canonical_name']), '=', name))
          .limit(1)
          .executeTakeFirst();
        return found !== undefined;
      }),
    findAccount: (kind, realm, canonicalName) =>
      engine.read(async (db) => {
        const rows = await selectAccount(db)
          .where('principal.kind', '=', kind)
          .where('principal.realm', '=', realm)
          .where('principal.canonical_name', '=', canonicalName)
          .execute();
        return toAccount(rows);
      }),
    getAccount: (principalId) =>
      engine.read(async (db) => {
        const rows = await selectAccount(db).where('principal.id', '=', principalId).execute();
        return toAccount(rows);
      }),
  };
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof selectAccount>['execute']>>[number];

/** One statement, so that no change falls between the principal and its credentials. */
const selectAccount = (db: Db) =>
  db
    .selectFrom('principal')
    .leftJoin('credential', 'credential.principal_id', 'principal.id')
    .selectAll('principal')
    .select([
      'credential.id as credential_id',
      'credential.kind as credential_kind',
      'credential.label',
      'credential.sealed',
      'credential.last_step',
      'credential.created_at_ms as credential_created_at_ms',
    ])
    .orderBy('credential.created_at_ms')
    .orderBy('credential.id');

function toAccount(rows: readonly AccountRow[]): Account | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  return { principal: toPrincipal(first), credentials: rows.flatMap(toCredentials) };
}

/** None for the one row of a principal without credentials. */
function toCredentials(row: AccountRow): Account['credentials'] {
  if (row.credential_id === null || row.credential_kind === null) return [];
  return [
    {
      id: row.credential_id,
      principalId: row.id,
      kind: row.credential_kind,
      label: row.label ?? '',
      sealed: row.sealed ?? '',
      lastStep: row.last_step ?? -1,
      createdAtMs: row.credential_created_at_ms ?? 0,
    },
  ];
}
