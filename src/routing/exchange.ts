/** The two kinds of exchange that ask to pass, each answered in its own way. @module */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../core/errors.ts';
import { endWith } from './client-error.ts';
import type { Failure, FailureRenderer, RequestContext, Route } from './contract.ts';
import { announcesBody } from './framing.ts';
import { valuesOf } from './header-lines.ts';
import type { Order, OrderTaker } from './order.ts';
import { isOriginAllowed } from './origin.ts';

/** One request, whichever way it came in. */
export interface Exchange {
  readonly req: IncomingMessage;
  /** Undefined for a handshake. */
  readonly res: ServerResponse | undefined;
  /** Whether signing in can lead back to this very request. */
  readonly isReturnable: boolean;
  /** What this kind refuses whoever asks. */
  refusal(): ErrorCode | undefined;
  /** What it refuses although the person may pass. */
  refusalOn(route: Route, context: RequestContext): ErrorCode | undefined;
  /** Hands the request to the door's own pages. */
  own(context: RequestContext): void;
  forward(order: Order): void;
  fail(failure: Failure): void;
  /** Writes an answer without a body, what gateways look at; names and values in turn. */
  answer(status: number, rawHeaders: readonly string[]): void;
  /** The answer, whichever it is, ends the connection. */
  endConnection(): void;
  /** The client has left: nothing is worth doing. */
  isGone(): boolean;
  destroy(): void;
}

/** Who answers: the upstream, the failure pages, or the pages of the door. */
export interface ExchangeDeps {
  readonly forwarder: OrderTaker;
  readonly failures: FailureRenderer;
  readonly auth: (req: IncomingMessage, res: ServerResponse, context: RequestContext) => void;
  readonly publicUrl: URL | undefined;
  /** How long a client may take to send a body that is not forwarded. */
  readonly bodyTimeoutMs?: number;
  /** How long an answer of ours may take to be made and to be read. */
  readonly answerTimeoutMs?: number;
}

/** For the body of a form of ours, or one that nobody wants: long on a bad line, not for ever. */
const BODY_TIMEOUT_MS = 15_000;

/** Longer than a body, a queue of passwords and a busy store together. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A request with an answer.
 *
 * @param awaitsContinue  the client holds its body back until we say 100
 */
export function httpExchange(
  deps: ExchangeDeps,
  req: IncomingMessage,
  res: ServerResponse,
  awaitsContinue: boolean,
): Exchange {
  const { bodyTimeoutMs = BODY_TIMEOUT_MS, answerTimeoutMs = ANSWER_TIMEOUT_MS } = deps;
  return {
    req,
    res,
    isReturnable: req.method === 'GET' || req.method === 'HEAD',
    refusal: () => undefined,
    // Whoever asks before sending is told before sending; what comes in chunks the forwarder counts.
    refusalOn: ({ limits }) =>
      limits.maxBodyBytes !== undefined && declaredLength(req) > limits.maxBodyBytes
        ? 'E_BODY_TOO_LARGE'
        : undefined,
    own(context) {
      boundBody(req, bodyTimeoutMs);
      boundAnswer(req, res, answerTimeoutMs);
      if (awaitsContinue) res.writeContinue();
      deps.auth(req, res, context);
    },
    forward(order) {
      if (awaitsContinue) res.writeContinue();
      deps.forwarder.forward(req, res, order);
    },
    fail(failure) {
      if (res.headersSent || res.destroyed) {
        res.destroy();
        return;
      }
      // After a refused `Expect` Node closes by itself: the body may come or not.
      if (isEndOfConnection(failure.code)) res.shouldKeepAlive = false;
      boundBody(req, bodyTimeoutMs);
      boundAnswer(req, res, answerTimeoutMs);
      deps.failures.render(req, res, failure);
    },
    answer(status, rawHeaders) {
      if (awaitsContinue) res.shouldKeepAlive = false;
      if (res.headersSent) res.destroy();
      else res.writeHead(status, rawHeaders as string[]).end();
    },
    endConnection() {
      res.shouldKeepAlive = false;
    },
    isGone: () => res.destroyed || req.socket.destroyed,
    destroy: () => void res.destroy(),
  };
}

/** A WebSocket handshake; `Upgrade` to anything else is refused. */
export function upgradeExchange(
  deps: ExchangeDeps,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Exchange {
  let isForwarded = false;
  return {
    req,
    res: undefined,
    isReturnable: false,
    refusal() {
      // Nobody frames the body of a handshake: its bytes would be the first frames.
      if (announcesBody(req)) return 'E_FRAMING';
      return isWebSocket(req) ? undefined : 'E_UPGRADE_UNSUPPORTED';
    },
    refusalOn({ origins }, { host, scheme }) {
      const publicOrigin = deps.publicUrl?.origin;
      const sent = valuesOf(req.rawHeaders, 'origin');
      return isOriginAllowed(sent, { host, scheme, publicOrigin, origins })
        ? undefined
        : 'E_ORIGIN_FOREIGN';
    },
    // No page of ours speaks WebSocket.
    own: (context) => deps.failures.renderUpgrade(req, socket, { code: 'E_UNROUTED', context }),
    forward(order) {
      isForwarded = true;
      deps.forwarder.forwardUpgrade(req, socket, head, order);
    },
    fail(failure) {
      // A status line in the middle of a WebSocket would be read as frames.
      if (isForwarded || socket.destroyed) socket.destroy();
      else deps.failures.renderUpgrade(req, socket, failure);
    },
    answer(status, rawHeaders) {
      const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close'];
      for (let i = 0; i < rawHeaders.length; i += 2) {
        lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
      }
      endWith(socket, `${lines.join('\r\n')}\r\n\r\n`);
    },
    // A handshake has its socket to itself: every answer is the last.
    endConnection: ignore,
    isGone: () => socket.destroyed,
    destroy: () => void socket.destroy(),
  };
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

/** In bytes; 0 for chunks. There is one line at most, of digits: admission has seen to it. */
function declaredLength({ rawHeaders }: IncomingMessage): number {
  return Number(valuesOf(rawHeaders, 'content-length')[0] ?? 0);
}

function isEndOfConnection(code: ErrorCode): boolean {
  return code === 'E_FRAMING' || code === 'E_METHOD_REFUSED' || code === 'E_EXPECTATION';
}

/**
 * Ends the connection of a client that feeds its body byte by byte. A forwarded
 * body has the route's limits; of all others Node would wait for the end for ever.
 */
function boundBody(req: IncomingMessage, timeoutMs: number): void {
  if (!announcesBody(req) || req.complete) return;
  const timer = setTimeout(() => req.socket.destroy(), timeoutMs).unref();
  const clear = () => clearTimeout(timer);
  req.once('end', clear).once('close', clear);
}

/**
 * Ends the connection of a client that never reads: Node waits for it for ever, and a few
 * hundred pipelined requests fill every buffer on the way.
 */
function boundAnswer(req: IncomingMessage, res: ServerResponse, timeoutMs: number): void {
  const timer = setTimeout(() => req.socket.destroy(), timeoutMs).unref();
  res.once('close', () => clearTimeout(timer));
}

const ignore = () => {};
