/** The revocation feed: how every process learns that a session has ended. @module */
import type { ExpressionOrFactory, Selectable, SqlBool } from 'kysely';
import type { KnownEnd, Revocation, RevocationFeed } from './contract/feed.ts';
import type { Engine, Tx } from './engine.ts';
import type { RevocationTable, Tables } from './schema.ts';

/** Entries in one answer: a day's would hold up everything else that a process does. */
const PAGE = 5_000;

/** Which sessions end. */
type SessionFilter = ExpressionOrFactory<Tables, 'session', SqlBool>;

/** The feed's part of a store. */
export function createFeed(engine: Engine): RevocationFeed {
  return {
    readRevocations: (last) =>
      engine.readOnTime(async (db) => {
        // The one that the caller knows comes along: that it is still there shows, within the
        // same question, that all before it are those that the caller has read (ADR 26).
        const rows = await db
          .selectFrom('revocation')
          .selectAll()
          .where('id', '>=', last?.id ?? 0)
          .orderBy('id')
          .limit(PAGE + 1)
          .execute();
        const entries = rows.map(toRevocation);
        if (last === undefined) return entries.slice(0, PAGE);
        const [known, ...news] = entries;
        return known !== undefined && isSame(known, last) ? news : 'unknown-entry';
      }),
    endAgain: (ends, last) => engine.write((tx) => endAgain(tx, ends, last)),
  };
}

/** One session can end twice, once in each of two histories: its id alone shows nothing. */
const isSame = (one: Revocation, other: Revocation): boolean =>
  one.id === other.id && one.sid === other.sid && one.nonce === other.nonce;

/**
 * Ends sessions and says so on the feed, in the caller's transaction: a session
 * that is gone from the table but not on the feed would live on in every cache.
 *
 * @returns how many ended
 */
export async function endSessionsWhere(tx: Tx, filter: SessionFilter): Promise<number> {
  await tx
    .insertInto('revocation')
    .columns(['sid', 'expires_at_ms'])
    .expression(tx.selectFrom('session').select(['sid', 'expires_at_ms']).where(filter))
    .execute();
  const ended = await tx.deleteFrom('session').where(filter).executeTakeFirst();
  return Number(ended.numDeletedRows);
}

/** Only this write runs: what is not on the feed after `last` now is put there by nobody else. */
async function endAgain(
  tx: Tx,
  ends: readonly KnownEnd[],
  last: Revocation | undefined,
): Promise<number | 'unknown-entry'> {
  const sids = ends.map(({ sid }) => sid);
  const rows = await tx
    .selectFrom('revocation')
    .selectAll()
    .where('id', '>=', last?.id ?? 0)
    .where((row) => row.or([row('id', '=', last?.id ?? 0), row('sid', 'in', sids)]))
    .orderBy('id')
    .execute();
  const told = rows.map(toRevocation);
  if (last !== undefined && !told.some((entry) => isSame(entry, last))) return 'unknown-entry';
  const isTold = new Set(told.map(({ sid }) => sid));
  const lost = ends.filter(({ sid }) => !isTold.has(sid));
  if (lost.length > 0) {
    const entries = lost.map(({ sid, expiresAtMs }) => ({ sid, expires_at_ms: expiresAtMs }));
    await tx.insertInto('revocation').values(entries).execute();
  }
  await tx.deleteFrom('session').where('sid', 'in', sids).execute();
  await tx.deleteFrom('bearer').where('id', 'in', sids).execute();
  return lost.length;
}

/** Ends every session of a principal; see {@link endSessionsWhere}. */
export const endSessionsOf = (tx: Tx, principalId: string): Promise<number> =>
  endSessionsWhere(tx, (session) => session('principal_id', '=', principalId));

const toRevocation = (row: Selectable<RevocationTable>): Revocation => ({
  id: row.id,
  sid: row.sid,
  nonce: row.nonce,
  expiresAtMs: row.expires_at_ms,
});
