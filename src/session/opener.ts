/** What the cookies of a request open to: the hot path (ADR 5). @module */
import type { KeySet } from '../core/key-set.ts';
import type { SessionState, Sessions } from './contract.ts';
import type { CookieFinder } from './cookie.ts';
import type { Liveness } from './liveness.ts';
import { parsePayload } from './payload.ts';
import type { Sealer } from './seal.ts';
import type { SealCache } from './seal-cache.ts';

/** What a cookie is opened with, and who says whether its session stands. */
export interface OpenerDeps {
  readonly keys: KeySet;
  readonly find: CookieFinder;
  readonly sealer: Sealer;
  readonly cache: SealCache;
  readonly liveness: Liveness;
  readonly lookups: { hits: number; misses: number };
}

const NONE: SessionState = { kind: 'none' };
const STALE: SessionState = { kind: 'stale' };
const UNKNOWN: SessionState = { kind: 'unknown' };

/** Opens the one session cookie of a request; synchronous when its seal is in the cache. */
export function createOpener(deps: OpenerDeps): Sessions['open'] {
  const { keys, find, sealer, cache, liveness, lookups } = deps;
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
