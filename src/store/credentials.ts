/** Credentials: sealed envelopes and the time step that each has spent (ADR 10, 11). @module */
import type { CredentialReplacement, NewCredential, Store } from './contract.ts';
import type { Engine, Tx } from './engine.ts';
import { endSessionsOf } from './feed.ts';
import { spendInvite } from './invites.ts';

/** The credentials' part of a store. */
export function createCredentials(
  engine: Engine,
): Pick<Store, 'replaceCredentials' | 'spendStep' | 'countSealed'> {
  return {
    replaceCredentials: (change) =>
      engine.write(
        (tx) => replaceCredentials(tx, change),
        (outcome) => outcome === 'replaced',
      ),
    countSealed: (keyId) =>
      engine.read(async (db) => {
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
          .executeTakeFirstOrThrow();
        return Number(credentials.rows) + Number(flows.rows);
      }),
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
