/** Whose turn it is on a client's connection, and for how long. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Bounds the time that a client may keep us waiting: for the next piece of its body,
 * or for room to write. While it is the upstream's turn, or that of an answer to an earlier
 * request, nothing runs against the client.
 */
export class ClientWatch {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #idleMs: number;
  #owesBody = false;
  #owesRoom = false;

  /** @param idleMs  0 for no bound; `onStall` is called each time that it has passed */
  constructor(req: IncomingMessage, res: ServerResponse, idleMs: number, onStall: () => void) {
    this.#req = req;
    this.#res = res;
    this.#idleMs = idleMs;
    if (idleMs === 0) return;
    res.on('timeout', onStall);
    // An answer whose turn begins may be stuck from its first byte on.
    res.on('socket', () => this.#arm());
    // Before Node's own listener, which gives the socket its keep-alive time-out.
    res.prependListener('finish', this.#release);
  }

  awaitBody(isAwaited: boolean): void {
    if (this.#owesBody === isAwaited) return;
    this.#owesBody = isAwaited;
    this.#arm();
  }

  awaitRoom(isAwaited: boolean): void {
    if (this.#owesRoom === isAwaited) return;
    this.#owesRoom = isAwaited;
    this.#arm();
  }

  /** A pipelined request's turn begins: what this one was waiting for is not its debt. */
  readonly #release = (): void => {
    this.#owesBody = false;
    this.#owesRoom = false;
    this.#arm();
  };

  /** Node's socket time-out knows whether a slow reader still takes some bytes. */
  #arm(): void {
    if (this.#idleMs === 0 || this.#res.socket === null) return;
    this.#req.socket.setTimeout(this.#owesBody || this.#owesRoom ? this.#idleMs : 0);
  }
}
