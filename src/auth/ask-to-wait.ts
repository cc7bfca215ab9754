/** Tells somebody who has tried too often when to come back. @module */
import { waitInWords } from './in-words.ts';
import type { Visit } from './room.ts';

/**
 * Sets `Retry-After` for programs; the status is the caller's.
 *
 * @returns the same for people, in a sentence
 */
export function askToWait({ res }: Pick<Visit, 'res'>, retryAfterSec: number): string {
  res.setHeader('Retry-After', retryAfterSec);
  return `Too many attempts. Wait ${waitInWords(retryAfterSec)}, then try again.`;
}
