/** A request with an answer, on its way through the gate. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { Failure, RequestContext, Route } from './contract.ts';
import type { Exchange, ExchangeDeps } from './exchange.ts';
import { announcesBody } from './framing.ts';
import { valuesOf } from './header-lines.ts';
import type { Order } from './order.ts';

/** What all requests of one kind have in common; made once. */
export interface HttpTerms extends Pick<ExchangeDeps, 'forwarder' | 'failures' | 'auth'> {
  readonly bodyTimeoutMs: number;
  readonly answerTimeoutMs: number;
  /** The client holds its body back until we say 100. */
  readonly awaitsContinue: boolean;
}

/** For the body of a form of ours, or one that nobody wants: long on a bad line, not for ever. */
const BODY_TIMEOUT_MS = 15_000;

/** Longer than a body, a queue of passwords and a busy store together. */
const ANSWER_TIMEOUT_MS = 60_000;

/** The terms of ordinary requests, and of those whose client waits for a 100. */
export function httpTerms(deps: ExchangeDeps): Record<'ordinary' | 'continued', HttpTerms> {
  const { bodyTimeoutMs = BODY_TIMEOUT_MS, answerTimeoutMs = ANSWER_TIMEOUT_MS } = deps;
  const { forwarder, failures, auth } = deps;
  const shared = { forwarder, failures, auth, bodyTimeoutMs, answerTimeoutMs };
  return {
    ordinary: { ...shared, awaitsContinue: false },
    continued: { ...shared, awaitsContinue: true },
  };
}

/** One request and its answer. A class, so that a request costs one object and no closures. */
export class HttpExchange implements Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly #terms: HttpTerms;

  constructor(terms: HttpTerms, req: IncomingMessage, res: ServerResponse) {
    this.req = req;
    this.res = res;
    this.#terms = terms;
  }

  get isReturnable(): boolean {
    return this.req.method === 'GET' || this.req.method === 'HEAD';
  }

  refusal(): undefined {}

  /** Whoever asks before sending is told before sending; what comes in chunks the forwarder counts. */
  refusalOn({ limits }: Route): ErrorCode | undefined {
    const { maxBodyBytes } = limits;
    if (maxBodyBytes === undefined) return undefined;
    return declaredLength(this.req) > maxBodyBytes ? 'E_BODY_TOO_LARGE' : undefined;
  }

  own(context: RequestContext): void {
    this.#bound();
    if (this.#terms.awaitsContinue) this.res.writeContinue();
    this.#terms.auth(this.req, this.res, context);
  }

  forward(order: Order): void {
    if (this.#terms.awaitsContinue) this.res.writeContinue();
    this.#terms.forwarder.forward(this.req, this.res, order);
  }

  fail(failure: Failure): void {
    const { req, res } = this;
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return;
    }
    // After a refused `Expect` Node closes by itself: the body may come or not.
    if (isEndOfConnection(failure.code)) res.shouldKeepAlive = false;
    this.#bound();
    this.#terms.failures.render(req, res, failure);
  }

  answer(status: number, rawHeaders: readonly string[]): void {
    const { res } = this;
    if (this.#terms.awaitsContinue) res.shouldKeepAlive = false;
    if (res.headersSent) res.destroy();
    else res.writeHead(status, rawHeaders as string[]).end();
  }

  endConnection(): void {
    this.res.shouldKeepAlive = false;
  }

  isGone(): boolean {
    return this.res.destroyed || this.req.socket.destroyed;
  }

  destroy(): void {
    this.res.destroy();
  }

  #bound(): void {
    boundBody(this.req, this.#terms.bodyTimeoutMs);
    boundAnswer(this.req, this.res, this.#terms.answerTimeoutMs);
  }
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
