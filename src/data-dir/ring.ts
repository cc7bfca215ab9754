/** The life of a root key: it opens, it seals, it is gone. Pure. @module */

/** A root key with what decides about its next step. */
export interface RingKey {
  /** 32 random bytes. */
  readonly bytes: Uint8Array;
  /** Null for a key of a file of version 1, which did not say. */
  readonly addedAtMs: number | null;
  /** When another key took its place; null for a key that seals or never did. */
  readonly replacedAtMs: number | null;
}

/** Keys by id; the current one seals, every one opens. */
export interface Ring {
  readonly currentId: string;
  readonly keys: ReadonlyMap<string, RingKey>;
}

/** Opens only, not yet or no more; or seals too. A retired key is in no ring. */
export type Phase = 'accept' | 'issue';

/** A changed ring, or why it stays as it is. */
export type RingChange =
  | { readonly ok: true; readonly ring: Ring }
  | {
      readonly ok: false;
      readonly reason: RingRefusal;
      /** With `needed`: when nothing needs the key any more. */
      readonly neededUntilMs?: number;
    };

/** Why a ring stays as it is. */
export type RingRefusal = 'unknown' | 'seals-already' | 'issues' | 'too-young' | 'needed';

/** Processes look at the file each second; one that is busy has still read it after this. */
export const SPREAD_MS = 10_000;

/** The phase of a key that is in the ring. */
export const phaseOf = (ring: Ring, id: string): Phase =>
  ring.currentId === id ? 'issue' : 'accept';

/** Adds a key that opens, so that every process has it before one seals with it. */
export function addKey(ring: Ring, id: string, key: RingKey): Ring {
  return { ...ring, keys: new Map([...ring.keys, [id, key]]) };
}

/**
 * Makes a key the one that seals.
 *
 * @param isForced  although a process may not have read it yet, and would sign people out
 */
export function activateKey(
  ring: Ring,
  id: string,
  { nowMs, isForced }: { readonly nowMs: number; readonly isForced: boolean },
): RingChange {
  const key = ring.keys.get(id);
  if (key === undefined) return { ok: false, reason: 'unknown' };
  if (id === ring.currentId) return { ok: false, reason: 'seals-already' };
  if (!isForced && nowMs - (key.addedAtMs ?? 0) < SPREAD_MS)
    return { ok: false, reason: 'too-young' };
  const keys = new Map(ring.keys);
  const before = keys.get(ring.currentId);
  if (before !== undefined) keys.set(ring.currentId, { ...before, replacedAtMs: nowMs });
  keys.set(id, { ...key, replacedAtMs: null });
  return { ok: true, ring: { currentId: id, keys } };
}

/**
 * Takes a key out.
 *
 * @param neededMs  how long after its last use something sealed with it may be shown
 */
export function retireKey(
  ring: Ring,
  id: string,
  { nowMs, neededMs }: { readonly nowMs: number; readonly neededMs: number },
): RingChange {
  const key = ring.keys.get(id);
  if (key === undefined) return { ok: false, reason: 'unknown' };
  if (id === ring.currentId) return { ok: false, reason: 'issues' };
  // A key that was never current has sealed nothing.
  const neededUntilMs = key.replacedAtMs === null ? nowMs : key.replacedAtMs + neededMs;
  if (nowMs < neededUntilMs) return { ok: false, reason: 'needed', neededUntilMs };
  const keys = new Map(ring.keys);
  keys.delete(id);
  return { ok: true, ring: { ...ring, keys } };
}
