/** What the forwarder is asked to do with one request that has been let through. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../core/errors.ts';
import type { ForwardLimits, SiteNames, Upstream } from '../core/upstream.ts';
import type { Connections } from './connections.ts';

/** One request that may pass, and what to do with it. */
export interface ForwardOrder {
  readonly upstream: Upstream;
  readonly limits: ForwardLimits;
  /** The upstream sees its own name for the browser's; without it, what the browser wrote. */
  readonly site?: SiteNames | undefined;
  /**
   * Header lines that we vouch for, set after every spelling of them and of
   * a vouched name (`isVouchedName`) has been dropped from the client's.
   */
  readonly vouched: readonly (readonly [name: string, value: string])[];
  /** Folded name of a header that was meant for the door, and goes no further. */
  readonly withheld?: string | undefined;
  /** `Set-Cookie` lines added to the answer (a renewed or a cleared session). */
  readonly setCookies: readonly string[];
  /**
   * Called once the exchange turns out to be long-lived (a 101, an event
   * stream), with how to end it: a WebSocket closes with 1008. Returns how to
   * unregister, called when the exchange ends by itself.
   */
  readonly onLive?: (close: () => void) => () => void;
  /** What the decision was made from; handed back where a long-lived exchange is decided anew. */
  readonly ground?: unknown;
}

/** Hears of each exchange once: at its end, or when it turns out to live on. */
export interface ExchangeMeter {
  /** @param status  0 when the client left before an answer began */
  ended(req: IncomingMessage, status: number): void;
  /** A 101 or an event stream; its end is not told. */
  livesOn(req: IncomingMessage, status: number): void;
}

/** What the forwarder is handed; it knows nobody and decides nothing. */
export interface ForwarderDeps {
  /** Lower-case names of our cookies: removed from requests, and from upstreams' `Set-Cookie`. */
  readonly ownCookieNames: ReadonlySet<string>;
  /** Some route is for certain methods only: no header may then ask for another one. */
  readonly hasMethodRules?: boolean;
  /** Writes our error answer; only called while no byte of an answer has been written. */
  readonly fail: (req: IncomingMessage, res: ServerResponse, code: ErrorCode) => void;
  /** The same for a handshake: writes a complete HTTP/1.1 answer and ends the socket. */
  readonly failUpgrade: (req: IncomingMessage, socket: Duplex, code: ErrorCode) => void;
  /** Those of the process, where forwarders follow one another; of its own otherwise. */
  readonly connections?: Connections;
  /** For logs and metrics: why an upstream exchange failed; never holds a header value. */
  readonly report: (req: IncomingMessage, code: ErrorCode, cause: unknown) => void;
  /** Must not throw. */
  readonly meter?: ExchangeMeter | undefined;
}

/** Carries requests and handshakes to their upstreams. */
export interface Forwarder {
  forward(req: IncomingMessage, res: ServerResponse, order: ForwardOrder): void;
  forwardUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, order: ForwardOrder): void;
  /** Ends long-lived exchanges, WebSockets with 1001; others go on. A drain begins with it. */
  endLive(): void;
  /** The same, then closes every pool. */
  close(): Promise<void>;
}
