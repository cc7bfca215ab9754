/** Sessions as rows: a seal without its row's blessing is worth nothing (ADR 7). @module */
import type { SessionGround, SessionRow, SessionRows } from './contract/sessions.ts';
import type { Engine, Tx } from './engine.ts';
import { endSessionsOf, endSessionsWhere } from './feed.ts';
import { fromStringList, toStringList } from './schema.ts';

/** The sessions' part of a store. */
export function createSessions(engine: Engine): SessionRows {
  return {
    createSession: (session, ground) => createSession(engine, session, ground),
    listSessions: (principalId, nowMs) => listSessions(engine, principalId, nowMs),
    countSessions: (nowMs, atMost) => countSessions(engine, nowMs, atMost),
    endSession: (sid) =>
      engine.write(async (tx) => {
        await endSessionsWhere(tx, (session) => session('sid', '=', sid));
      }),
    endSessions: (principalId) => engine.write((tx) => endSessionsOf(tx, principalId)),
  };
}

/** Looks and inserts in one transaction: a change in between would miss the new session. */
function createSession(
  engine: Engine,
  session: SessionRow,
  ground: SessionGround | undefined,
): Promise<boolean> {
  return engine.write(async (tx) => {
    const enabled = await tx
      .selectFrom('principal')
      .select('groups')
      .where('id', '=', session.principalId)
      .where('disabled_at_ms', 'is', null)
      .executeTakeFirst();
    if (enabled === undefined) return false;
    if (ground !== undefined) {
      if (!isSameSet(fromStringList(enabled.groups), ground.groups)) return false;
      if (!(await hasCredentials(tx, session.principalId, ground.credentialIds))) return false;
    }
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

async function hasCredentials(
  tx: Tx,
  principalId: string,
  ids: readonly string[],
): Promise<boolean> {
  if (ids.length === 0) return true;
  const rows = await tx
    .selectFrom('credential')
    .select('id')
    .where('principal_id', '=', principalId)
    .where('id', 'in', ids)
    .execute();
  return rows.length === new Set(ids).size;
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const all = new Set([...some, ...others]);
  return all.size === new Set(some).size && all.size === new Set(others).size;
}

/** A bound in the query: a million rows would hold every request up while they are counted. */
function countSessions(engine: Engine, nowMs: number, atMost: number): Promise<number> {
  return engine.read(async (db) => {
    const alive = db
      .selectFrom('session')
      .select('expires_at_ms')
      .where('expires_at_ms', '>', nowMs)
      .limit(atMost)
      .as('alive');
    const counted = await db
      .selectFrom(alive)
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(counted.count);
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
