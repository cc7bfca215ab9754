/** Which other sites' scripts may ask, and read the answer. @module */
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

/** How long a browser remembers the permission. */
const MAX_AGE_SEC = '600';

/**
 * The lines that let a listed origin read the answer. Never `*`, and never with
 * credentials: a bearer is in the script's own hands.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function corsHeaders(
  { headers }: IncomingMessage,
  origins: readonly string[],
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origins.length === 0) return {};
  // The answer differs by origin, also for one that is not listed.
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Expose-Headers': 'Retry-After',
    'Access-Control-Max-Age': MAX_AGE_SEC,
  };
}

/** Whether the request only asks what would be allowed. */
export const isPreflight = ({ method }: IncomingMessage): boolean => method === 'OPTIONS';

/** @param method  the one that there is at this address */
export const preflight = (method: string): Answer => ({
  status: 204,
  headers: { Allow: `${method}, OPTIONS`, 'Access-Control-Allow-Methods': method },
});
