/** The exchanges that live for hours: WebSockets and event streams. @module */

/** WebSocket close codes (RFC 6455 §7.4.1): our going down, and a session's end. */
export type CloseCode = 1001 | 1008;

type End = (code: CloseCode) => void;

/** Everything long-lived in this process, so that it can be ended together. */
export class LiveExchanges {
  readonly #ends = new Set<End>();

  /**
   * Registers an exchange here and with whoever watches its session.
   *
   * @param onLive  the order's own registration, if it has one
   * @returns how to forget it, to be called when it ends by itself
   */
  add(end: End, onLive: ((close: () => void) => () => void) | undefined): () => void {
    this.#ends.add(end);
    const unwatch = onLive?.(() => end(1008));
    return () => {
      this.#ends.delete(end);
      unwatch?.();
    };
  }

  endAll(): void {
    for (const end of [...this.#ends]) end(1001);
  }
}
