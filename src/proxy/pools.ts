/** Connections to upstreams, one pool for each. @module */
import { isIP, type Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';
import type { ForwardLimits, Upstream } from '../core/upstream.ts';

/** Response headers beyond this are refused; Node's own limit is a quarter of it. */
const MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

/** A decided request has reached its pool by then, its second attempt included. */
const RETIRE_MS = 5_000;

/** A pool and what every request through it needs. */
export interface UpstreamPool {
  readonly pool: Pool;
  /** Keeps undici from taking the name for the certificate from the client's `Host`. */
  readonly servername: string;
}

/** TLS settings of an upstream, for either library. */
export interface UpstreamTls {
  /** Empty for an address: those are checked, but never sent as SNI (RFC 6066 §3). */
  readonly servername: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Reads the TLS settings; the host is in the origin unless the operator names another. */
export function upstreamTls(upstream: Upstream): UpstreamTls {
  const host = hostOf(upstream);
  return {
    servername: upstream.serverName ?? (isIP(host) === 0 ? host : ''),
    ...(upstream.ca === undefined ? undefined : { ca: upstream.ca }),
    ...(upstream.clientCert === undefined ? undefined : { cert: upstream.clientCert }),
    ...(upstream.clientKey === undefined ? undefined : { key: upstream.clientKey.reveal() }),
  };
}

/** The host of an origin, IPv6 without brackets. */
export function hostOf(upstream: Upstream): string {
  return new URL(upstream.origin).hostname.replace(/^\[|\]$/g, '');
}

/** One pool per upstream object, made when first asked for. */
export class Pools {
  readonly #pools = new Map<Upstream, UpstreamPool>();
  readonly #keepAliveErrors = new WeakSet<Error>();
  /** On their way out. */
  readonly #retired = new Set<Pool>();
  #closing: Promise<unknown> | undefined;

  /** @param limits  of the first order; later ones share its connect time-out */
  of(upstream: Upstream, limits: ForwardLimits): UpstreamPool {
    const known = this.#pools.get(upstream);
    if (known !== undefined) return known;
    const made = {
      pool: new Pool(upstream.origin, {
        connect: this.#connector(upstream, limits.connectTimeoutMs),
        // An HTTP/2 answer would come in other shapes than the ones checked here.
        allowH2: false,
        pipelining: 1,
        maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      }),
      servername: upstreamTls(upstream).servername || hostOf(upstream),
    };
    this.#pools.set(upstream, made);
    return made;
  }

  /** Tells whether a failure is that of a socket that had carried an answer: it may have died idle. */
  isOfKeepAlive(error: unknown): boolean {
    return error instanceof Error && this.#keepAliveErrors.has(error);
  }

  /** Takes no more requests, lets running ones end, then closes every connection. */
  async close(): Promise<void> {
    const open = [...this.#retired, ...[...this.#pools.values()].map(({ pool }) => pool)];
    this.#closing ??= Promise.all(open.map((pool) => pool.close()));
    await this.#closing;
  }

  /** Gives up the pools of all other upstreams: each closes when its last exchange has ended. */
  keepOnly(upstreams: ReadonlySet<Upstream>): void {
    for (const [upstream, { pool }] of this.#pools) {
      if (upstreams.has(upstream)) continue;
      this.#pools.delete(upstream);
      this.#retired.add(pool);
      // Not at once: what was let in before the change may be about to ask, or to ask again.
      setTimeout(() => this.#closeRetired(pool), RETIRE_MS).unref();
    }
  }

  #closeRetired(pool: Pool): void {
    if (this.#closing !== undefined) return;
    const forget = () => void this.#retired.delete(pool);
    pool.close().then(forget, forget);
  }

  #connector(upstream: Upstream, timeoutMs: number): buildConnector.connector {
    const tls = upstreamTls(upstream);
    const connect = buildConnector({
      ...tls,
      allowH2: false,
      timeout: timeoutMs,
      ...(upstream.socketPath === undefined ? undefined : { socketPath: upstream.socketPath }),
    });
    return ({ servername: _fromHost, ...options }, callback) => {
      connect(options, (...result) => {
        if (result[0] === null) this.#watch(result[1]);
        callback(...result);
      });
    };
  }

  /** Hears a connection's errors before the library does. */
  #watch(socket: Socket): void {
    let hasAnswered = false;
    socket.once('readable', () => {
      hasAnswered = socket.readableLength > 0;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (hasAnswered) this.#keepAliveErrors.add(error);
      // Under its usual code the library takes a reset for the regular end of an answer
      // without a length, and a truncated body would look whole.
      if (error.code === 'ECONNRESET') error.code = 'UPSTREAM_RESET';
    });
  }
}
