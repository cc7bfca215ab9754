/** Time and chance, the two inputs that tests must be able to hold still. @module */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';

/** Where a rule reads the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}

/** Where a rule draws chance; always cryptographically strong outside tests. */
export interface Random {
  /** Returns `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** The machine's own clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** Milliseconds with fractions since the process began; no clock that is set disturbs it. */
export const stopwatch = (): number => performance.now();

/** The operating system's random source. */
export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

/**
 * Draws an opaque identifier or token.
 *
 * @param byteLength  entropy in bytes; 16 for identifiers, 32 for bearer tokens
 * @returns base64url without padding
 */
export function randomToken(random: Random, byteLength: number): string {
  return Buffer.from(random.bytes(byteLength)).toString('base64url');
}
