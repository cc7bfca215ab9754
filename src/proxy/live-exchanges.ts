/** The exchanges that live for hours: WebSockets and event streams. @module */

/** WebSocket close codes (RFC 6455 §7.4.1): our going down, and a session's end. */
export type CloseCode = 1001 | 1008;

type End = (code: CloseCode) => void;

/** What lives on. */
export type LiveKind = 'webSockets' | 'eventStreams';

/** As in the order: its own registration, and what it was decided by. */
interface Living {
  readonly onLive?: (close: () => void) => () => void;
  readonly ground?: unknown;
}

/** Everything long-lived in this process, so that it can be ended together. */
export class LiveExchanges {
  readonly #grounds = new Map<End, unknown>();
  /** How many of each kind are open. */
  readonly counts: Record<LiveKind, number> = { webSockets: 0, eventStreams: 0 };
  #mayStay: ((ground: unknown) => boolean) | undefined;
  #isEnding = false;

  /**
   * Registers an exchange here and with whoever watches its session.
   *
   * @param order  its own registration, if it has one, and what it was decided by
   * @returns how to forget it, to be called when it ends by itself; further calls do nothing
   */
  add(kind: LiveKind, end: End, { onLive, ground }: Living): () => void {
    this.#grounds.set(end, ground);
    this.counts[kind] += 1;
    // A browser opens its event stream again at once, on a connection that is still kept alive.
    if (this.#isEnding) queueMicrotask(() => end(1001));
    // Decided before the rules changed, alive only now.
    else if (this.#mayStay?.(ground) === false) queueMicrotask(() => end(1008));
    const unwatch = onLive?.(() => end(1008));
    return () => {
      if (!this.#grounds.delete(end)) return;
      this.counts[kind] -= 1;
      unwatch?.();
    };
  }

  /** Ends what may not stay under new rules, also what was let in by older ones and begins later. */
  review(mayStay: (ground: unknown) => boolean): void {
    this.#mayStay = mayStay;
    for (const [end, ground] of [...this.#grounds]) if (!mayStay(ground)) end(1008);
  }

  /** Ends every exchange, and each later one as soon as it begins. */
  endAll(): void {
    this.#isEnding = true;
    for (const end of [...this.#grounds.keys()]) end(1001);
  }
}

/**
 * Whether an answer has no end of its own: server-sent events, and the pictures of a camera.
 *
 * @param contentType  as the upstream says it
 */
export function isEndless(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && ENDLESS.test(contentType);
}

const ENDLESS = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\b/i;
