/** Names for requests, so that log lines of one request can be found together. @module */
import { type Random, randomToken } from '../core/ports.ts';

/**
 * Makes a source of ids: a random part for the process and a counter. Unique across
 * restarts and instances, and cheap enough for every request; not a secret.
 *
 * @returns a function that gives e.g. `q3J0b8fXw1Zc-2f`
 */
export function createRequestIds(random: Random): () => string {
  const prefix = randomToken(random, 9);
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

/**
 * Reads the request id that a trusted peer sent.
 *
 * @returns undefined unless it is 1 to 128 of `A-Z a-z 0-9 . _ -`: it goes into log
 *   lines and headers
 */
export function acceptRequestId(value: string | undefined): string | undefined {
  return value !== undefined && /^[A-Za-z0-9._-]{1,128}$/.test(value) ? value : undefined;
}
