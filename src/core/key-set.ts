/** Root keys by id, and the keys derived from them for one purpose each. @module */
import { hkdfSync } from 'node:crypto';

/** Root keys of 32 random bytes; `currentId` seals, every listed key opens. */
export interface KeySet {
  readonly currentId: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
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
