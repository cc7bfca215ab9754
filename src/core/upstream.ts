/** Where a route's requests go. @module */
import type { PeerTls } from './peer-tls.ts';

/** One upstream, parsed and checked; the object's identity names its connection pool. */
export interface Upstream extends PeerTls {
  /** `http://host:port` or `https://host:port`; for a socket `http://localhost`. */
  readonly origin: string;
  /** Absolute path of a Unix socket, when the upstream is one. */
  readonly socketPath?: string;
}

/** One site under two names, for an upstream that is to know its own name only. */
export interface SiteNames {
  /** Origin as browsers write it, in lower case. */
  readonly outside: string;
  /** Origin of the upstream. */
  readonly inside: string;
}

/** Bounds of one forwarded request, per route. */
export interface ForwardLimits {
  /** Until a connection to the upstream stands, TLS included. */
  readonly connectTimeoutMs: number;
  /** From the last byte of the request to the first of the answer. */
  readonly firstByteTimeoutMs: number;
  /** Between two pieces of a body, and on a silent upgraded connection; 0 is unlimited. */
  readonly idleTimeoutMs: number;
  /** Request body; undefined is unlimited. */
  readonly maxBodyBytes: number | undefined;
}
