/** Sessions as rows: a seal without its row's blessing is worth nothing (ADR 7). @module */
import type { SessionRow, Store } from './contract.ts';
import type { Engine } from './engine.ts';
import { endSessionsOf, endSessionsWhere } from './feed.ts';
import { fromStringList, toStringList } from './schema.ts';

type SessionStore = Pick<Store, 'createSession' | 'listSessions' | 'endSession' | 'endSessions'>;

/** The sessions' part of a store. */
export function createSessions(engine: Engine): SessionStore {
  return {
    createSession: (session) => createSession(engine, session),
    listSessions: (principalId, nowMs) => listSessions(engine, principalId, nowMs),
    endSession: (sid) =>
      engine.write(async (tx) => {
        await endSessionsWhere(tx, (session) => session('sid', '=', sid));
      }),
    endSessions: (principalId) => engine.write((tx) => endSessionsOf(tx, principalId)),
  };
}

/** Looks and inserts in one transaction: a disabling in between would miss the new session. */
function createSession(engine: Engine, session: SessionRow): Promise<boolean> {
  return engine.write(async (tx) => {
    const enabled = await tx
      .selectFrom('principal')
      .select('id')
      .where('id', '=', session.principalId)
      .where('disabled_at_ms', 'is', null)
      .executeTakeFirst();
    if (enabled === undefined) return false;
    await tx
      .insertInto('session')
      .values({
        sid: session.sid,
        principal_id: session.principalId,
        amr: toStringList(session.amr),
        created_at_ms: session.createdAtMs,
        expires_at_ms: session.expiresAtMs,
      })
      .execute();
    return true;
  });
}

function listSessions(
  engine: Engine,
  principalId: string,
  nowMs: number,
): Promise<readonly SessionRow[]> {
  return engine.read(async (db) => {
    const rows = await db
      .selectFrom('session')
      .selectAll()
      .where('principal_id', '=', principalId)
      .where('expires_at_ms', '>', nowMs)
      .orderBy('created_at_ms')
      .orderBy('sid')
      .execute();
    return rows.map((row) => ({
      sid: row.sid,
      principalId: row.principal_id,
      amr: fromStringList(row.amr),
      createdAtMs: row.created_at_ms,
      expiresAtMs: row.expires_at_ms,
    }));
  });
}
