/** Cookie texts whose seals have been verified: the hot path's shortcut (ADR 5). @module */
import { LRUCache } from 'lru-cache';
import type { Session, SessionState } from './contract.ts';

/** The state that a hit answers with: made once, not once per request. */
export type LiveState = Extract<SessionState, { kind: 'live' }>;

/** Bounds on entries and on bytes, whichever is met first. */
export interface SealCacheBounds {
  readonly maxEntries: number;
  /** Sum of the lengths of the cookie texts. */
  readonly maxTextLength: number;
}

/** Holds what a text opens to; whoever reads checks expiry and revocation each time. */
export interface SealCache {
  get(text: string): LiveState | undefined;
  add(text: string, session: Session): LiveState;
  drop(text: string): void;
  /** Drops every text of these sessions: one session has as many texts as renewals. */
  dropSessions(sids: ReadonlySet<string>): void;
  /** Forgets everything: a key may have been retired. */
  clear(): void;
  readonly size: number;
}

/** Room for ten thousand sessions with cookies of ordinary size. */
const DEFAULT_BOUNDS: SealCacheBounds = {
  maxEntries: 10_000,
  maxTextLength: 16 * 1024 * 1024,
};

/** Length of a seal's last part, its HMAC: no two seals share one. */
const DIGEST_LENGTH = 43;

interface Entry {
  readonly text: string;
  readonly state: LiveState;
}

/**
 * Builds an empty cache that drops the least recently used beyond `bounds`. It is
 * keyed by the digest, since hashing a whole cookie costs more than all the rest
 * of the look-up; the whole text is compared all the same.
 */
export function createSealCache(bounds: SealCacheBounds = DEFAULT_BOUNDS): SealCache {
  const entries = new LRUCache<string, Entry>({
    max: bounds.maxEntries,
    maxSize: bounds.maxTextLength,
    sizeCalculation: ({ text }) => text.length,
  });
  return {
    get(text) {
      const entry = entries.get(keyOf(text));
      return entry?.text === text ? entry.state : undefined;
    },
    add(text, session) {
      const copy = unshared(text);
      const state: LiveState = { kind: 'live', session };
      entries.set(keyOf(copy), { text: copy, state });
      return state;
    },
    drop: (text) => void entries.delete(keyOf(text)),
    dropSessions(sids) {
      for (const [key, { state }] of [...entries.entries()]) {
        if (sids.has(state.session.sid)) entries.delete(key);
      }
    },
    clear: () => entries.clear(),
    get size() {
      return entries.size;
    },
  };
}

function keyOf(text: string): string {
  return text.slice(-DIGEST_LENGTH);
}

/**
 * A copy of its own: a slice would keep the whole `Cookie` line alive for as
 * long as the entry, several times the bound.
 */
function unshared(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
