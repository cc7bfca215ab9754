/** Keys, a clock that stands still, and rows in an array, shared by the room's tests. @module */
import type { KeySet } from '../../src/core/key-set.ts';
import { type Random, randomToken, systemRandom } from '../../src/core/ports.ts';
import type { CookiePolicy } from '../../src/session/cookie.ts';
import type { FeedEntry } from '../../src/session/feed-reader.ts';
import {
  createSessions,
  type LiveSessions,
  type SessionsDeps,
} from '../../src/session/sessions.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
export const HOUR_MS = 3_600_000;

export const ada = { id: 'p-ada', name: 'ada', groups: ['admin', 'lab'] };

/** A clock that moves only when told to. */
export function stoppedClock() {
  let nowMs = START_MS;
  return {
    nowMs: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
  };
}

export const random: Random = systemRandom;

export function keySet(currentId = 'k1', ids: readonly string[] = [currentId]): KeySet {
  // The same id always has the same root, so that two key sets can share a key.
  const keys = new Map(ids.map((id) => [id, new Uint8Array(32).fill(id.charCodeAt(1))]));
  return { currentId, keys };
}

export const https: CookiePolicy = {
  cookieName: 'door',
  cookieDomain: undefined,
  secure: true,
};

/** Rows and feed as a store keeps them, in memory; several processes may share one. */
export function sharedRows() {
  const expiryBySid = new Map<string, number>();
  const feed: FeedEntry[] = [];
  const disabled = new Set<string>();
  const state = { isDown: false };
  const check = () => {
    if (state.isDown) throw new Error('the store is down');
  };
  const append = (sid: string, expiresAtMs: number) => {
    expiryBySid.delete(sid);
    const id = (feed.at(-1)?.id ?? 0) + 1;
    feed.push({ id, sid, nonce: randomToken(random, 16), expiresAtMs });
  };
  const follows = (last?: FeedEntry) =>
    last === undefined || feed.some(({ nonce }) => nonce === last.nonce);
  return {
    state,
    disabled,
    /** The ids of sessions that have not ended. */
    alive: () => [...expiryBySid.keys()],
    /** Puts everything back to what it was; a process that is running hears nothing of it. */
    keep() {
      const [rows, entries] = [new Map(expiryBySid), [...feed]];
      return () => {
        expiryBySid.clear();
        for (const [sid, expiresAtMs] of rows) expiryBySid.set(sid, expiresAtMs);
        feed.splice(0, feed.length, ...entries);
      };
    },
    rows: {
      async createSession(row: { sid: string; principalId: string; expiresAtMs: number }) {
        check();
        if (disabled.has(row.principalId)) return false;
        expiryBySid.set(row.sid, row.expiresAtMs);
        return true;
      },
      async endSession(sid: string) {
        check();
        const expiresAtMs = expiryBySid.get(sid);
        if (expiresAtMs !== undefined) append(sid, expiresAtMs);
      },
      async endAgain(ends: readonly { sid: string; expiresAtMs: number }[], last?: FeedEntry) {
        check();
        if (!follows(last)) return 'unknown-entry' as const;
        const news = feed.filter(({ id }) => id > (last?.id ?? 0));
        const lost = ends.filter(({ sid }) => !news.some((entry) => entry.sid === sid));
        for (const { sid, expiresAtMs } of lost) append(sid, expiresAtMs);
        return lost.length;
      },
    },
    feed: {
      async readRevocations(last?: FeedEntry) {
        check();
        if (!follows(last)) return 'unknown-entry' as const;
        return feed.filter(({ id }) => id > (last?.id ?? 0));
      },
    },
  };
}

export type SharedRows = ReturnType<typeof sharedRows>;

/** One process: its sessions over shared rows, having read the feed once. */
export async function startProcess(
  shared: SharedRows,
  clock: ReturnType<typeof stoppedClock>,
  changes: Partial<SessionsDeps> = {},
) {
  const sessions = createSessions({
    keys: keySet(),
    clock,
    random,
    policy: { ...https, lifetimeMs: 24 * HOUR_MS, idleMs: 8 * HOUR_MS },
    rows: shared.rows,
    feed: shared.feed,
    graceMs: 60_000,
    ...changes,
  });
  await sessions.poll();
  return sessions;
}

/** The `Cookie` header that a browser sends back for a `Set-Cookie` line. */
export function cookieFrom(setCookie: string): readonly string[] {
  return ['Host', 'door.test', 'Cookie', setCookie.split(';', 1)[0] as string];
}

/** One process, and what others share with it. */
export async function setUp() {
  const shared = sharedRows();
  const clock = stoppedClock();
  const sessions = await startProcess(shared, clock);
  return { shared, clock, sessions };
}

/** Signs ada in. */
export async function signIn(sessions: LiveSessions) {
  const started = await sessions.start(ada, ['pwd', 'otp']);
  if (started === undefined) throw new Error('nobody was signed in');
  return { ...started, headers: cookieFrom(started.setCookie) };
}
