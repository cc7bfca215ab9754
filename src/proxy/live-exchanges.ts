/** The exchanges that live for hours: WebSockets and event streams. @module */

/** WebSocket close codes (RFC 6455 §7.4.1): our going down, and a session's end. */
export type CloseCode = 1001 | 1008;

type End = (code: CloseCode) => void;

/** What lives on. */
export type LiveKind = 'webSockets' | 'eventStreams';

/** Everything long-lived in this process, so that it can be ended together. */
export class LiveExchanges {
  readonly #ends = new Set<End>();
  /** How many of each kind are open. */
  readonly counts: Record<LiveKind, number> = { webSockets: 0, eventStreams: 0 };
  #isEnding = false;

  /**
   * Registers an exchange here and with whoever watches its session.
   *
   * @param onLive  the order's own registration, if it has one
   * @returns how to forget it, to be called when it ends by itself; further calls do nothing
   */
  add(
    kind: LiveKind,
    end: End,
    onLive: ((close: () => void) => () => void) | undefined,
  ): () => void {
    this.#ends.add(end);
    this.counts[kind] += 1;
    // A browser opens its event stream again at once, on a connection that is still kept alive.
    if (this.#isEnding) queueMicrotask(() => end(1001));
    const unwatch = onLive?.(() => end(1008));
    return () => {
      if (!this.#ends.delete(end)) return;
      this.counts[kind] -= 1;
      unwatch?.();
    };
  }

  /** Ends every exchange, and each later one as soon as it begins. */
  endAll(): void {
    this.#isEnding = true;
    for (const end of [...this.#ends]) end(1001);
  }
}
