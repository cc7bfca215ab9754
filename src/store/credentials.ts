/** Credentials: sealed envelopes and the time step that each has spent (ADR 10, 11). @module */
import type { Selectable } from 'kysely';
import type {
  Credential,
  CredentialReplacement,
  CredentialRows,
  NewCredential,
  Resealing,
} from './contract/credentials.ts';
import type { Db, Engine, Tx } from './engine.ts';
import { endSessionsOf } from './feed.ts';
import { spendInvite } from './invites.ts';
import type { Tables } from './schema.ts';

/** The credentials' part of a store. */
export function createCredentials(engine: Engine): CredentialRows {
  return {
    replaceCredentials: (change) =>
      engine.write(
        (tx) => replaceCredentials(tx, change),
        (outcome) => outcome === 'replaced',
      ),
    countSealed: (keyId, nowMs) => engine.read((db) => countSealed(db, keyId, nowMs)),
    listCredentials: (afterId, atMost) =>
      engine.read(async (db) => {
        const rows = await db
          .selectFrom('credential')
          .selectAll()
          .where('id', '>', afterId)
          .orderBy('id')
          .limit(atMost)
          .execute();
        return rows.map(toCredential);
      }),
    reseal: (changes) => engine.write((tx) => reseal(tx, changes)),
    spendStep: (credentialId, step) =>
      engine.write(async (tx) => {
        // The comparison and the change are one statement: of two equal codes one finds it spent.
        const { numUpdatedRows } = await tx
          .updateTable('credential')
          .set({ last_step: step })
          .where('id', '=', credentialId)
          .where('last_step', '<', step)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
  };
}

/** A row as the contract shows it. */
export const toCredential = (row: Selectable<Tables['credential']>): Credential => ({
  id: row.id,
  principalId: row.principal_id,
  kind: row.kind,
  label: row.label,
  sealed: row.sealed,
  lastStep: row.last_step,
  createdAtMs: row.created_at_ms,
});

async function countSealed(db: Db, keyId: string, nowMs: number): Promise<number> {
  // Key ids are a-z and 0-9, and so are no wildcards, in base64url neither.
  const credentials = await db
    .selectFrom('credential')
    .select(({ fn }) => fn.countAll().as('rows'))
    .where('sealed', 'like', `v1.${keyId}.%`)
    .executeTakeFirstOrThrow();
  const flows = await db
    .selectFrom('flow')
    .select(({ fn }) => fn.countAll().as('rows'))
    .where('sealed', 'like', `${Buffer.from(keyId).toString('base64url')}.%`)
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirstOrThrow();
  return Number(credentials.rows) + Number(flows.rows);
}

async function reseal(tx: Tx, changes: readonly Resealing[]): Promise<number> {
  let replaced = 0n;
  for (const { id, from, to } of changes) {
    const { numUpdatedRows } = await tx
      .updateTable('credential')
      .set({ sealed: to })
      .where('id', '=', id)
      // Compared with what was read: a secret that is new since then is not lost.
      .where('sealed', '=', from)
      .executeTakeFirst();
    replaced += numUpdatedRows;
  }
  return Number(replaced);
}

async function replaceCredentials(
  tx: Tx,
  change: CredentialReplacement,
): Promise<'replaced' | 'no-principal' | 'invite-spent'> {
  const { principalId, inviteId: id, nowMs } = change;
  const principal = await tx
    .selectFrom('principal')
    .select('id')
    .where('id', '=', principalId)
    .executeTakeFirst();
  if (principal === undefined) return 'no-principal';
  if (id !== null && !(await spendInvite(tx, { id, principalId }, nowMs))) return 'invite-spent';
  for (const kind of change.kinds) {
    await tx
      .deleteFrom('credential')
      .where('principal_id', '=', principalId)
      .where('kind', '=', kind)
      .execute();
  }
  // A link mailed to the wrong person must not outlive the one that was used instead.
  if (change.kinds.includes('totp')) {
    await tx.deleteFrom('invite').where('principal_id', '=', principalId).execute();
  }
  await insertCredentials(tx, principalId, change.credentials, nowMs);
  await endSessionsOf(tx, principalId);
  return 'replaced';
}

/** Writes new credentials of a principal in the caller's transaction. */
export async function insertCredentials(
  tx: Tx,
  principalId: string,
  credentials: readonly NewCredential[],
  nowMs: number,
): Promise<void> {
  if (credentials.length === 0) return;
  const rows = credentials.map((credential) => ({
    id: credential.id,
    principal_id: principalId,
    kind: credential.kind,
    label: credential.label,
    sealed: credential.sealed,
    last_step: credential.lastStep,
    created_at_ms: nowMs,
  }));
  await tx.insertInto('credential').values(rows).execute();
}
