/** Chance that is the same in every run. @module */
import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from '../src/core/ports.ts';

/**
 * For tests that send wrong codes: one in a million is right, and the suite sends thousands. With
 * a clock that stands still, either all of them are wrong in every run, or never.
 */
export function createSeededRandom(seed = 'sallyport'): Random {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return { bytes: (length) => new Uint8Array(stream.update(Buffer.alloc(length))) };
}
