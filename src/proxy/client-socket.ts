/** Ways to part from a client. @module */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Cuts a connection so that nobody can take what was sent for the whole: an answer
 * that ends with the connection would look complete after an ordinary close.
 */
export function reset(socket: Duplex): void {
  // TLS sockets and pipes know no reset; there, the missing close_notify tells.
  const canReset = socket instanceof Socket && !('encrypted' in socket) && socket.remoteFamily;
  if (canReset) socket.resetAndDestroy();
  else socket.destroy();
}

/**
 * Takes the rest of a body that nobody wants, for a while: closing at once would
 * make the kernel reset the connection and lose the answer that has been sent.
 *
 * @param lingerMs  when to stop being patient
 */
export function discardBody(req: IncomingMessage, lingerMs: number): void {
  if (req.complete || req.destroyed) return;
  const patience = setTimeout(() => req.socket.destroy(), lingerMs);
  req.once('close', () => clearTimeout(patience)).resume();
}

/**
 * Ends a connection, and makes sure of it.
 *
 * @param graceMs  for a client that reads slowly, or never
 */
export function endSoon(socket: Duplex, graceMs: number): void {
  destroyLater(socket, graceMs);
  socket.end();
}

/** Destroys a connection that has been ended and that the other side keeps open. */
export function destroyLater(socket: Duplex, graceMs: number): void {
  const grace = setTimeout(() => socket.destroy(), graceMs);
  socket.once('close', () => clearTimeout(grace));
}
