/** Sessions: rows in the store, seals in the cookie (ADR 7). @module */
import type { KeySet } from '../core/key-set.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { Session, Sessions } from './contract.ts';
import {
  type CookiePolicy,
  clearCookieLines,
  createCookieFinder,
  ownCookieNames,
  setCookieLine,
} from './cookie.ts';
import type { RevocationFeed } from './feed-reader.ts';
import { createIssuer, type NewSessionRows } from './issuer.ts';
import { createLastingEnds, type EndedRows, type LastingEnds } from './lasting-ends.ts';
import { createLiveness, type Liveness } from './liveness.ts';
import type { LostEndsDeps } from './lost-ends.ts';
import { createOpener } from './opener.ts';
import type { Lifetimes } from './payload.ts';
import { createSealer, type Sealer } from './seal.ts';
import { createSealCache, type SealCache } from './seal-cache.ts';

/** Keys, policy, and the store as far as sessions need it. */
export interface SessionsDeps {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: CookiePolicy & Lifetimes;
  readonly rows: NewSessionRows & EndedRows & Pick<LostEndsDeps, 'endAgain'>;
  readonly feed: RevocationFeed;
  /** How long a silent feed leaves those signed in alone. */
  readonly graceMs: number;
  /** Between two looks at the feed; also how late an expired connection is closed. */
  readonly pollMs?: number;
  readonly onFeedError?: (cause: unknown) => void;
  /** The database was put back, or a copy has taken over: who has ended is asked from the start. */
  readonly onFeedReplaced?: () => void;
  /** It had lost so many ends that this process knew of, and has them again. */
  readonly onEndedAgain?: (count: number) => void;
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

/** Builds the sessions of this process; `startPolling` brings them to life. */
export function createSessions(deps: SessionsDeps): LiveSessions {
  const { clock, rows, pollMs = 1000 } = deps;
  const { onFeedError = () => {}, onFeedReplaced = () => {}, onEndedAgain = () => {} } = deps;
  const cache = createSealCache();
  const sealer = createSealer({ keys: deps.keys, purpose: 'session', clock });
  const ends = createLastingEnds(rows);
  const liveness = createLiveness({
    ...deps,
    pollMs,
    onFeedError,
    onFeedReplaced,
    onEndedAgain,
    endAgain: (ends, last) => rows.endAgain(ends, last),
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
  const { policy, lookups = { hits: 0, misses: 0 } } = deps;
  const { cache, liveness, ends } = shared;
  const find = createCookieFinder(policy);
  return {
    open: createOpener({ keys: deps.keys, find, lookups, ...shared }),
    ...createIssuer({ ...deps, ...shared }),
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
      return { seals: cache.size, ...liveness.sizes() };
    },
    get feedSilenceMs() {
      return liveness.silenceMs();
    },
  };
}
