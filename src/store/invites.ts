/** Invites: links that are worth something once. @module */
import type { Selectable } from 'kysely';
import type { Invite, InviteRows } from './contract/invites.ts';
import type { Engine, Tx } from './engine.ts';
import { fromStringList, type InviteTable, toStringList } from './schema.ts';

/** The invites' part of a store. */
export function createInvites(engine: Engine): InviteRows {
  return {
    addInvite: (invite) =>
      engine.write(async (tx) => {
        await tx.insertInto('invite').values(toRow(invite)).execute();
      }),
    findInvite: (tokenHash, nowMs) =>
      engine.read(async (db) => {
        const row = await db
          .selectFrom('invite')
          .selectAll()
          .where('token_hash', '=', tokenHash)
          .where('expires_at_ms', '>', nowMs)
          .executeTakeFirst();
        return row === undefined ? undefined : fromRow(row);
      }),
    dropInvites: (kind) =>
      engine.write(async (tx) => {
        await tx.deleteFrom('invite').where('kind', '=', kind).execute();
      }),
  };
}

/**
 * Uses an invite up in the caller's transaction: a spent one is a deleted one.
 *
 * @param invite  `principalId` null spends only an invite for somebody new; a link that
 *   replaces one person's app is worth nothing for another
 * @returns whether it was still worth something
 */
export async function spendInvite(
  tx: Tx,
  invite: { readonly id: string; readonly principalId: string | null },
  nowMs: number,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('invite')
    .where('id', '=', invite.id)
    .where('principal_id', invite.principalId === null ? 'is' : '=', invite.principalId)
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

const toRow = (invite: Invite): InviteTable => ({
  id: invite.id,
  kind: invite.kind,
  token_hash: invite.tokenHash,
  groups: toStringList(invite.groups),
  principal_id: invite.principalId,
  created_at_ms: invite.createdAtMs,
  expires_at_ms: invite.expiresAtMs,
});

const fromRow = (row: Selectable<InviteTable>): Invite => ({
  id: row.id,
  kind: row.kind,
  tokenHash: row.token_hash,
  groups: fromStringList(row.groups),
  principalId: row.principal_id,
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
});
