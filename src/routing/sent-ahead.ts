/** Requests that a client sends before it has the answers to earlier ones. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Browsers send none ahead; programs that do send a handful. */
const MAX_AHEAD = 64;

/** Whether a request is one too many on its connection; to be asked once for each. */
export type IsTooFarAhead = (req: IncomingMessage, res: ServerResponse) => boolean;

/**
 * Builds the count. Each request that waits for its turn may hold a connection to an upstream,
 * and a piece of its answer: without a bound, one connection to us takes as many as it likes.
 *
 * @see RFC 9112 §9.3.2
 */
export function createSentAhead(): IsTooFarAhead {
  const waiting = new WeakMap<Duplex, number>();
  const countAt = (socket: Duplex) => waiting.get(socket) ?? 0;
  return ({ socket }, res) => {
    // Node hands an answer the socket when its turn comes, mostly at once.
    if (res.socket !== null) return false;
    if (countAt(socket) >= MAX_AHEAD) return true;
    waiting.set(socket, countAt(socket) + 1);
    res.once('close', () => waiting.set(socket, countAt(socket) - 1));
    return false;
  };
}
