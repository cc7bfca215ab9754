/** Cookie texts whose seals have been verified: the hot path's shortcut (ADR 5). @module */
import { LRUCache } from 'lru-cache';
import type { Session, SessionState } from './contract.ts';

export type LiveState = Extract<SessionState, { kind: 'live' }>;

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
  readonly size: number;
}

export const DEFAULT_BOUNDS: SealCacheBounds = {
  maxEntries: 10_000,
  maxTextLength: 16 * 1024 * 1024,
};

/** Builds an empty cache that drops the least recently used beyond `bounds`. */
export function createSealCache(bounds: SealCacheBounds = DEFAULT_BOUNDS): SealCache {
  const states = new LRUCache<string, LiveState>({
    max: bounds.maxEntries,
    maxSize: bounds.maxTextLength,
    sizeCalculation: (_state, text) => text.length,
  });
  return {
    get: (text) => states.get(text),
    add(text, session) {
      const state: LiveState = { kind: 'live', session };
      states.set(unshared(text), state);
      return state;
    },
    drop: (text) => void states.delete(text),
    dropSessions(sids) {
      for (const [text, state] of [...states.entries()]) {
        if (sids.has(state.session.sid)) states.delete(text);
      }
    },
    get size() {
      return states.size;
    },
  };
}

/**
 * A copy of its own: a slice would keep the whole `Cookie` line alive for as
 * long as the entry, several times the bound.
 */
function unshared(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
