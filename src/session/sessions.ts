/** Sessions: rows in the store, seals in the cookie (ADR 7). @module */
import type { Identity } from '../core/identity.ts';
import type { KeySet } from '../core/key-set.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import type { Session, SessionState, Sessions } from './contract.ts';
import {
  type CookieFinder,
  type CookiePolicy,
  clearCookieLines,
  createCookieFinder,
  ownCookieNames,
  setCookieLine,
} from './cookie.ts';
import type { RevocationFeed } from './feed-reader.ts';
import { createLastingEnds, type LastingEnds } from './lasting-ends.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import {
  endsAtMs,
  isDueForRenewal,
  type Lifetimes,
  parsePayload,
  renewed,
  toPayload,
} from './payload.ts';
import { createSealer, type Sealer } from './seal.ts';
import { createSealCache, type SealCache } from './seal-cache.ts';

/** Keys, policy, and the store as far as sessions need it. */
export interface SessionsDeps {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: CookiePolicy & Lifetimes;
  readonly rows: {
    /** False when the principal is gone or disabled, or not what it was let in as. */
    createSession(
      row: {
        readonly sid: string;
        readonly principalId: string;
        readonly amr: readonly string[];
        readonly createdAtMs: number;
        readonly expiresAtMs: number;
      },
      ground: { readonly groups: readonly string[]; readonly credentialIds: readonly string[] },
    ): Promise<boolean>;
    endSession(sid: string): Promise<void>;
  };
  readonly feed: RevocationFeed;
  /** How long a silent feed leaves those signed in alone. */
  readonly graceMs: number;
  /** Between two looks at the feed; also how late an expired connection is closed. */
  readonly pollMs?: number;
  readonly onFeedError?: (cause: unknown) => void;
  /** The database was put back, or a copy has taken over: who has ended is asked from the start. */
  readonly onFeedReplaced?: () => void;
  /** Counted up with each look-up of a cookie's text. */
  readonly lookups?: { hits: number; misses: number } | undefined;
}

/** Sessions of one process, and the loop that keeps its view of the feed current. */
export interface LiveSessions extends Sessions {
  /** Reads the whole feed, then polls it until `close`. Nobody is signed in before. */
  startPolling(): Promise<void>;
  /** One round of that loop: reads the feed, ends connections that are over. */
  poll(): Promise<void>;
  /** Whether a session that somebody else has opened still stands. */
  standingOf(session: Session): 'live' | 'over' | 'unknown';
  /** The same sessions under another policy: it counts for what is sealed from here on. */
  under(policy: CookiePolicy & Lifetimes): LiveSessions;
  /** Stops polling; open connections are the caller's. */
  close(): void;
  /** Seals in the cache, connections watched, revocations known. */
  readonly sizes: { readonly seals: number; readonly watches: number; readonly revoked: number };
  /** Since the feed last answered, in milliseconds; infinite before the first answer. */
  readonly feedSilenceMs: number;
}

const NONE: SessionState = { kind: 'none' };
const STALE: SessionState = { kind: 'stale' };
const UNKNOWN: SessionState = { kind: 'unknown' };

/** Builds the sessions of this process; `startPolling` brings them to life. */
export function createSessions(deps: SessionsDeps): LiveSessions {
  const { clock, pollMs = 1000, onFeedError = () => {}, onFeedReplaced = () => {} } = deps;
  const cache = createSealCache();
  const sealer = createSealer({ keys: deps.keys, purpose: 'session', clock });
  const ends = createLastingEnds(deps.rows);
  const liveness = createLiveness({
    ...deps,
    pollMs,
    onFeedError,
    onFeedReplaced,
    onRevoked: (sids) => cache.dropSessions(sids),
    onHeard: () => void ends.retry(),
  });
  return sessionsUnder(deps, { cache, sealer, liveness, ends });
}

/** What a process has once, whatever policies come and go. */
interface Shared {
  readonly cache: SealCache;
  readonly sealer: Sealer;
  readonly liveness: Liveness;
  readonly ends: LastingEnds;
}

function sessionsUnder(deps: SessionsDeps, shared: Shared): LiveSessions {
  const { clock, policy, rows, lookups = { hits: 0, misses: 0 } } = deps;
  const { cache, sealer, liveness, ends } = shared;
  const issue = createIssuer({ keys: deps.keys, clock, policy, sealer, cache });

  return {
    open: createOpener({
      keys: deps.keys,
      find: createCookieFinder(policy),
      sealer,
      cache,
      liveness,
      lookups,
    }),

    async start(identity, amr, credentialIds = []) {
      const session = newSession(deps, identity, amr);
      const { sid, signedInAtMs: createdAtMs, expiresAtMs } = session;
      const row = { sid, principalId: identity.id, amr, createdAtMs, expiresAtMs };
      const ground = { groups: identity.groups, credentialIds };
      if (!(await rows.createSession(row, ground))) return undefined;
      return { session, setCookie: await issue(session) };
    },

    renew(session) {
      const nowMs = clock.nowMs();
      if (!isDueForRenewal(session, nowMs, policy)) return undefined;
      const copy = renewed(session, nowMs, policy);
      liveness.extend(copy);
      return issue(copy);
    },

    async end(session) {
      // First here: even if the store cannot answer, this process has forgotten it.
      liveness.end(session);
      await ends.write(session.sid);
    },

    watch: liveness.watch,
    startPolling: liveness.start,
    poll: liveness.poll,
    standingOf(session) {
      if (!liveness.isCurrent()) return 'unknown';
      return liveness.isOver(session) ? 'over' : 'live';
    },
    under: (next) => sessionsUnder({ ...deps, policy: next }, shared),
    close: liveness.close,
    clearCookie: setCookieLine(policy, { value: '', maxAgeSec: 0 }),
    clearCookies: clearCookieLines(policy),
    ownCookieNames: ownCookieNames(policy.cookieName),
    get sizes() {
      return { seals: cache.size, ...liveness.sizes };
    },
    get feedSilenceMs() {
      return liveness.silenceMs;
    },
  };
}

/** Opens the one session cookie of a request; synchronous when its seal is in the cache. */
function createOpener(parts: {
  readonly keys: KeySet;
  readonly find: CookieFinder;
  readonly sealer: Sealer;
  readonly cache: SealCache;
  readonly liveness: Liveness;
  readonly lookups: { hits: number; misses: number };
}): Sessions['open'] {
  const { keys, find, sealer, cache, liveness, lookups } = parts;
  let ring = keys.keys;

  async function openSeal(text: string): Promise<SessionState> {
    const before = keys.keys;
    const session = parsePayload(await sealer.unseal(text));
    // The key may have been retired meanwhile; the cache would keep its seal alive.
    if (keys.keys !== before) return openSeal(text);
    // Looked at after the await: the session may have ended meanwhile.
    if (session === undefined || liveness.isOver(session)) return STALE;
    liveness.extend(session);
    return cache.add(text, session);
  }

  return (rawHeaders) => {
    const text = find(rawHeaders);
    if (text === undefined) return NONE;
    if (text === '') return STALE;
    if (!liveness.isCurrent()) return UNKNOWN;
    if (keys.keys !== ring) {
      ring = keys.keys;
      cache.clear();
    }
    const state = cache.get(text);
    if (state === undefined) {
      lookups.misses += 1;
      return openSeal(text);
    }
    lookups.hits += 1;
    if (!liveness.isOver(state.session)) return state;
    cache.drop(text);
    return STALE;
  };
}

/** Seals a session into its `Set-Cookie` line, and remembers the text for the way back. */
function createIssuer(parts: {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly policy: CookiePolicy;
  readonly sealer: Sealer;
  readonly cache: SealCache;
}): (session: Session) => Promise<string> {
  const { keys, clock, policy, sealer, cache } = parts;
  return async (session) => {
    const ring = keys.keys;
    const value = await sealer.seal(toPayload(session), endsAtMs(session));
    if (keys.keys === ring) cache.add(value, session);
    const maxAgeSec = Math.ceil((endsAtMs(session) - clock.nowMs()) / 1000);
    return setCookieLine(policy, { value, maxAgeSec });
  };
}

function newSession(
  { clock, random, policy }: SessionsDeps,
  identity: Identity,
  amr: readonly string[],
): Session {
  const signedInAtMs = clock.nowMs();
  const expiresAtMs = signedInAtMs + policy.lifetimeMs;
  const idleExpiresAtMs = Math.min(signedInAtMs + policy.idleMs, expiresAtMs);
  const sid = randomToken(random, 16);
  return { sid, identity, amr, signedInAtMs, expiresAtMs, idleExpiresAtMs };
}
