/** One HTTP request on its way to the upstream, and the answer on its way back. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { DoorError, type ErrorCode, STATUS } from '../core/errors.ts';
import { Answer, type AnswerDeps } from './answer.ts';
import { discardBody, endSoon, reset } from './client-socket.ts';
import { ClientWatch } from './client-watch.ts';
import type { ForwarderDeps, ForwardOrder } from './contract.ts';
import { failureCode } from './failures.ts';
import { isResponseFramingPlain } from './framing.ts';
import { headerTexts } from './header-texts.ts';
import { isEndless, type LiveExchanges } from './live-exchanges.ts';
import type { Pools, UpstreamPool } from './pools.ts';
import { type BodyWatcher, RequestBody } from './request-body.ts';

/** What all exchanges of a forwarder share. */
export interface ExchangeDeps extends ForwarderDeps, AnswerDeps {
  readonly pools: Pools;
  readonly live: LiveExchanges;
  /** Connections on which a request's end was in doubt; nothing more is read from them. */
  readonly distrusted: WeakSet<Duplex>;
  /** How long an unwanted body is still read, and a client waited for after our end. */
  readonly lingerMs: number;
  readonly graceMs: number;
}

type Controller = Dispatcher.DispatchController;

/** Informational answers passed on before the real one; more is a flood. */
const MAX_INFORMATIONAL = 16;

/** RFC 9110 §9.2.2: what may be asked twice. */
const IDEMPOTENT: ReadonlySet<string | undefined> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
]);

/**
 * Carries one request. The library calls the `on…` methods; the client is heard
 * through its response's `close` and `drain`, and through the watch.
 */
export class Exchange implements Dispatcher.DispatchHandler, BodyWatcher {
  readonly #deps: ExchangeDeps;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #order: ForwardOrder;
  readonly #upstream: UpstreamPool;
  readonly #answer: Answer;
  #options: Dispatcher.DispatchOptions | undefined;
  #body: RequestBody | undefined;
  #controller: Controller | undefined;
  /** Nothing more is expected of the upstream. */
  #isOver = false;
  /** The upstream has sent at least one byte of an answer. */
  #hasAnswered = false;
  #hasRetried = false;
  #hearsDrain = false;
  #informational = 0;
  #watch: ClientWatch | undefined;
  #forgetLive: (() => void) | undefined;

  constructor(deps: ExchangeDeps, req: IncomingMessage, res: ServerResponse, order: ForwardOrder) {
    this.#deps = deps;
    this.#req = req;
    this.#res = res;
    this.#order = order;
    this.#upstream = deps.pools.of(order.upstream, order.limits);
    this.#answer = new Answer(deps, req, res);
  }

  /** Sends the request; `headers` have been through the passes. */
  start(headers: string[], hasBody: boolean): void {
    const { limits } = this.#order;
    if (hasBody) this.#body = new RequestBody(this.#req, this, limits.maxBodyBytes);
    const options: Dispatcher.DispatchOptions & { servername: string } = {
      method: this.#req.method as string,
      path: this.#req.url as string,
      headers,
      body: this.#body ?? null,
      headersTimeout: limits.firstByteTimeoutMs,
      bodyTimeout: limits.idleTimeoutMs,
      servername: this.#upstream.servername,
    };
    this.#options = options;
    this.#res.on('close', this.#onClientClose);
    this.#upstream.pool.dispatch(options, this);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // The client has left while the connection was being made.
    if (this.#isOver) controller.abort(new Error('client has left'));
  }

  onResponseStarted(): void {
    this.#hasAnswered = true;
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    phrase?: string,
  ): void {
    if (this.#isOver) return;
    const raw = headerTexts(controller.rawHeaders);
    if (status < 200) {
      this.#informational += 1;
      if (this.#informational > MAX_INFORMATIONAL) this.#failProtocol('flood of 1xx answers');
      else if (status === 103) this.#answer.hint(raw);
      return;
    }
    if (!isResponseFramingPlain(raw)) {
      this.#failProtocol('unknown transfer coding');
      return;
    }
    const isSized = headers['content-length'] !== undefined;
    const hasBody = this.#answer.start({ status, phrase, raw, isSized }, this.#order);
    if (hasBody && isEndless(headers['content-type'])) this.#becomeLive();
  }

  onResponseData(controller: Controller, piece: Buffer): void {
    if (this.#isOver || this.#answer.write(piece)) return;
    controller.pause();
    if (!this.#hearsDrain) {
      this.#hearsDrain = true;
      this.#res.on('drain', this.#onDrain);
    }
    this.#watchClient().awaitRoom(true);
  }

  onResponseEnd(controller: Controller): void {
    if (this.#isOver) return;
    this.#answer.addTrailers(headerTexts(controller.rawTrailers));
    this.#isOver = true;
    if (this.#body !== undefined) this.#letGoOfBody();
    this.#tell(this.#res.statusCode);
    // The small answers of a turn leave together: the first write wakes whoever reads on the
    // other core, and the others cost no waking.
    if (this.#answer.holdBack()) setImmediate(finish, this);
    else this.finish();
  }

  /** Ends the answer that is complete. */
  finish(): void {
    this.#answer.end();
    this.#awaitReader();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isOver) return;
    if (this.#mayRetry(error)) {
      this.#hasRetried = true;
      this.#upstream.pool.dispatch(this.#options as Dispatcher.DispatchOptions, this);
      return;
    }
    this.#fail(failureCode(error, this.#hasAnswered), error);
  }

  onTooLarge(): void {
    this.#fail('E_BODY_TOO_LARGE', new Error('streamed body over the limit'));
  }

  onTurn(isClients: boolean): void {
    this.#watchClient().awaitBody(isClients);
  }

  #becomeLive(): void {
    this.#deps.meter?.livesOn(this.#req, this.#res.statusCode);
    const { live } = this.#deps;
    this.#forgetLive = live.add('eventStreams', () => this.#endLive(), this.#order);
    // The session had ended already.
    if (this.#isOver) this.#forgetLive();
  }

  /** What lives on has been told of at its beginning. */
  #tell(status: number): void {
    if (this.#forgetLive === undefined) this.#deps.meter?.ended(this.#req, status);
  }

  #endLive(): void {
    if (this.#isOver) return;
    this.#abandon(new Error('session has ended'));
    this.#answer.end();
    endSoon(this.#req.socket, this.#deps.graceMs);
  }

  #mayRetry(error: Error): boolean {
    return (
      !this.#hasRetried &&
      !this.#hasAnswered &&
      this.#body === undefined &&
      IDEMPOTENT.has(this.#req.method) &&
      this.#deps.pools.isOfKeepAlive(error)
    );
  }

  #failProtocol(what: string): void {
    this.#fail('E_UPSTREAM_PROTOCOL', new DoorError('E_UPSTREAM_PROTOCOL', what));
  }

  #fail(code: ErrorCode, error: Error): void {
    this.#abandon(error);
    this.#deps.report(this.#req, code, error);
    this.#tell(this.#res.headersSent ? this.#res.statusCode : STATUS[code]);
    if (this.#res.headersSent) {
      reset(this.#req.socket);
      return;
    }
    this.#letGoOfBody();
    this.#deps.fail(this.#req, this.#res, code);
    this.#awaitReader();
  }

  /** However little is left: a client that never takes it would keep the connection. */
  #awaitReader(): void {
    if (this.#res.writableLength > 0) this.#watchClient().awaitRoom(true);
  }

  /** Takes leave of the upstream. */
  #abandon(reason: Error): void {
    this.#isOver = true;
    this.#controller?.abort(reason);
    this.#body?.destroy();
  }

  #letGoOfBody(): void {
    this.#body?.destroy();
    discardBody(this.#req, this.#deps.lingerMs);
  }

  #watchClient(): ClientWatch {
    this.#watch ??= new ClientWatch(
      this.#req,
      this.#res,
      this.#order.limits.idleTimeoutMs,
      this.#onStall,
    );
    return this.#watch;
  }

  readonly #onClientClose = (): void => {
    this.#forgetLive?.();
    if (this.#isOver) return;
    this.#tell(this.#res.headersSent ? this.#res.statusCode : 0);
    this.#abandon(new Error('client has left'));
  };

  readonly #onDrain = (): void => {
    this.#watchClient().awaitRoom(false);
    this.#controller?.resume();
  };

  readonly #onStall = (): void => {
    if (this.#isOver) reset(this.#req.socket);
    else this.#fail('E_REQUEST_TIMEOUT', new Error('client has stalled'));
  };
}

function finish(exchange: Exchange): void {
  exchange.finish();
}
