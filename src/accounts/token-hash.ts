/** What the store knows tokens and codes by: nobody who reads it can show one. @module */
import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256, base64url; what is drawn at random needs no slow hash. */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/** Compares two hashes in constant time. */
export const isSameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
