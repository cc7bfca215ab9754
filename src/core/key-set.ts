/** Root keys by id, and the keys derived from them for one purpose each. @module */
import { createHash, hkdfSync } from 'node:crypto';

/** Root keys of 32 random bytes; `currentId` seals, every listed key opens. */
export interface KeySet {
  readonly currentId: string;
  /** A changed content is another map: who remembers what came of it compares the maps. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  /** Those that have sealed and do no more; what they sealed is to be sealed again. */
  readonly replacedIds?: ReadonlySet<string> | undefined;
  /** Turns names into the keys of budgets; it outlives rotations (ADR 24). */
  readonly nameKey?: Uint8Array | undefined;
}

/**
 * Derives a key for one purpose, so that nothing sealed for one purpose opens
 * for another even if a check of the purpose field were forgotten.
 *
 * @param root     32 random bytes
 * @param purpose  e.g. `seal/session/encryption`
 * @returns 32 bytes
 * @see RFC 5869 (HKDF with SHA-256, empty salt)
 */
export function deriveKey(root: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), `sallyport/${purpose}`, 32));
}

/**
 * What a key is recognised by, on terminals and in the store. It has 256 bits, so that
 * its hash tells nothing.
 *
 * @returns 12 hexadecimal digits
 */
export const fingerprintOf = (root: Uint8Array): string =>
  createHash('sha256').update('sallyport/fingerprint/').update(root).digest('hex').slice(0, 12);

/**
 * The key of names, from the key that seals now. Kept beside the ring afterwards: it
 * opens nothing, so it may outlive the root that it came from.
 */
export function makeNameKey({ keys, currentId }: KeySet): Uint8Array<ArrayBuffer> {
  return deriveKey(keys.get(currentId) ?? new Uint8Array(0), 'throttle');
}

/** A key set whose content changes while others hold it. */
export interface LiveKeySet extends KeySet {
  /** Takes another content; those who derive lazily follow at their next look. */
  replace(next: KeySet): void;
}

/** Wraps a key set, so that a changed key ring needs no restart. */
export function createLiveKeySet(first: KeySet): LiveKeySet {
  let now = first;
  return {
    get currentId() {
      return now.currentId;
    },
    get keys() {
      return now.keys;
    },
    get replacedIds() {
      return now.replacedIds;
    },
    get nameKey() {
      return now.nameKey;
    },
    replace(next) {
      now = next;
    },
  };
}

/** What is derived from each key of a set, made when it is first asked for. */
export interface DerivedKeys<T> {
  /** Undefined for a key that the set does not have, or has no longer. */
  get(id: string): T | undefined;
  /** Of the key that seals now. */
  current(): { readonly id: string; readonly key: T };
  /** Of every key that opens. */
  all(): readonly T[];
}

/**
 * Derives per key id and remembers; a changed set drops the memory, so that nothing
 * opens with a retired key.
 *
 * @throws RangeError when the set lacks its own current key
 */
export function deriveEach<T>(
  keys: KeySet,
  derive: (root: Uint8Array, id: string) => T,
): DerivedKeys<T> {
  let seen = keys.keys;
  let memo = new Map<string, T>();
  const get = (id: string): T | undefined => {
    if (keys.keys !== seen) {
      seen = keys.keys;
      memo = new Map();
    }
    const root = seen.get(id);
    if (root === undefined) return undefined;
    const key = memo.get(id) ?? derive(root, id);
    memo.set(id, key);
    return key;
  };
  const current = () => {
    const id = keys.currentId;
    const key = get(id);
    if (key === undefined) throw new RangeError('the current key is not in the key set');
    return { id, key };
  };
  current();
  return { get, current, all: () => [...keys.keys.keys()].flatMap((id) => get(id) ?? []) };
}
