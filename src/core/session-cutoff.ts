/** The entry of the revocation feed that ends every session from before a moment. @module */

/** Longer than any session lives (`session.lifetime` ends at 400 days). */
const MEMORY_MS = 401 * 86_400_000;

/** An entry in the feed's own columns, so that a restore needs no table of its own. */
export interface CutoffEntry {
  readonly sid: string;
  readonly expiresAtMs: number;
}

/**
 * Makes the entry that ends whatever was signed in before `cutoffMs`. A session made or ended
 * after a backup has no row in it, and its cookie needs none: only the time tells them apart.
 */
export const cutoffEntry = (cutoffMs: number): CutoffEntry => ({
  sid: `*${cutoffMs}`,
  expiresAtMs: cutoffMs + MEMORY_MS,
});

/** @returns the moment of a cutoff entry; undefined for the id of one session, which is base64url */
export function cutoffOf(sid: string): number | undefined {
  return /^\*[0-9]{1,15}$/.test(sid) ? Number(sid.slice(1)) : undefined;
}
