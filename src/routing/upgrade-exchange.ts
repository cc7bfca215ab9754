/** A handshake, on its way through the gate. @module */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../core/errors.ts';
import { endWith } from './client-error.ts';
import type { Failure, RequestContext, Route } from './contract.ts';
import type { Exchange, ExchangeDeps } from './exchange.ts';
import { announcesBody } from './framing.ts';
import { valuesOf } from './header-lines.ts';
import type { Order } from './order.ts';
import { isOriginAllowed } from './origin.ts';

/** What is left of a connection that has left the HTTP parser. */
export interface Connection {
  readonly socket: Duplex;
  /** What has arrived behind the request's head. */
  readonly head: Buffer;
}

/** A WebSocket handshake; `Upgrade` to anything else is refused. */
export class UpgradeExchange implements Exchange {
  readonly req: IncomingMessage;
  readonly res = undefined;
  readonly isReturnable = false;
  readonly #deps: ExchangeDeps;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  #isForwarded = false;

  constructor(deps: ExchangeDeps, req: IncomingMessage, { socket, head }: Connection) {
    this.req = req;
    this.#deps = deps;
    this.#socket = socket;
    this.#head = head;
  }

  refusal(): ErrorCode | undefined {
    // Nobody frames the body of a handshake: its bytes would be the first frames.
    if (announcesBody(this.req)) return 'E_FRAMING';
    return isWebSocket(this.req) ? undefined : 'E_UPGRADE_UNSUPPORTED';
  }

  refusalOn({ origins }: Route, { host, scheme }: RequestContext): ErrorCode | undefined {
    const publicOrigin = this.#deps.publicUrl?.origin;
    const sent = valuesOf(this.req.rawHeaders, 'origin');
    const isAllowed = isOriginAllowed(sent, { host, scheme, publicOrigin, origins });
    return isAllowed ? undefined : 'E_ORIGIN_FOREIGN';
  }

  /** No page of ours speaks WebSocket. */
  own(context: RequestContext): void {
    this.#deps.failures.renderUpgrade(this.req, this.#socket, { code: 'E_UNROUTED', context });
  }

  forward(order: Order): void {
    this.#isForwarded = true;
    this.#deps.forwarder.forwardUpgrade(this.req, this.#socket, this.#head, order);
  }

  fail(failure: Failure): void {
    // A status line in the middle of a WebSocket would be read as frames.
    if (this.#isForwarded || this.#socket.destroyed) this.#socket.destroy();
    else this.#deps.failures.renderUpgrade(this.req, this.#socket, failure);
  }

  answer(status: number, rawHeaders: readonly string[]): void {
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close'];
    for (let i = 0; i < rawHeaders.length; i += 2) {
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
    }
    endWith(this.#socket, `${lines.join('\r\n')}\r\n\r\n`);
  }

  /** A handshake has its socket to itself: every answer is the last. */
  endConnection(): void {}

  isGone(): boolean {
    return this.#socket.destroyed;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Whether an upgrade is asked for, and to nothing but WebSocket. */
export function isWebSocket({ method, httpVersion, rawHeaders }: IncomingMessage): boolean {
  const [protocol, ...others] = valuesOf(rawHeaders, 'upgrade');
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    others.length === 0 &&
    protocol?.toLowerCase() === 'websocket'
  );
}
