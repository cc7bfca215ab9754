/** One HTTP request on its way to the upstream, and the answer on its way back. @module */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { DoorError, type ErrorCode } from '../core/errors.ts';
import { discardBody, endSoon, reset } from './client-socket.ts';
import type { ForwarderDeps, ForwardOrder } from './contract.ts';
import { failureCode } from './failures.ts';
import type { FieldNames } from './field-names.ts';
import { isBodiless, isResponseFramingPlain } from './framing.ts';
import { namedByConnection, passHeaders, responsePasses, trailerPasses } from './header-passes.ts';
import type { LiveExchanges } from './live-exchanges.ts';
import type { Pools, UpstreamPool } from './pools.ts';
import { type BodyWatcher, RequestBody } from './request-body.ts';

/** What all exchanges of a forwarder share. */
export interface ExchangeDeps extends ForwarderDeps {
  readonly names: FieldNames;
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
 * through its response's `close`, `drain` and `timeout`.
 */
export class Exchange implements Dispatcher.DispatchHandler, BodyWatcher {
  readonly #deps: ExchangeDeps;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #order: ForwardOrder;
  #upstream: UpstreamPool | undefined;
  #options: Dispatcher.DispatchOptions | undefined;
  #body: RequestBody | undefined;
  #controller: Controller | undefined;
  /** Nothing more is expected of the upstream. */
  #isOver = false;
  /** The upstream has sent at least one byte of an answer. */
  #hasAnswered = false;
  #hasRetried = false;
  #informational = 0;
  /** What the client's socket is being waited for. */
  #awaitsBody = false;
  #awaitsDrain = false;
  #hearsDrain = false;
  #hearsTimeout = false;
  #isFlushed = false;
  #forgetLive: (() => void) | undefined;

  constructor(deps: ExchangeDeps, req: IncomingMessage, res: ServerResponse, order: ForwardOrder) {
    this.#deps = deps;
    this.#req = req;
    this.#res = res;
    this.#order = order;
  }

  /** Sends the request; `headers` have been through the passes. */
  start(headers: string[], hasBody: boolean): void {
    const { upstream, limits } = this.#order;
    this.#upstream = this.#deps.pools.of(upstream, limits);
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
    const raw = latin1(controller.rawHeaders);
    if (status < 200) {
      this.#passInformation(status, raw);
      return;
    }
    if (!isResponseFramingPlain(raw)) {
      this.#fail('E_UPSTREAM_PROTOCOL', new Error('unknown transfer coding in the answer'));
      return;
    }
    const isBare = isBodiless(this.#req.method, status);
    const isHttp10 = this.#req.httpVersion === '1.0';
    // Node would send chunks to an HTTP/1.0 client that asks for them in `TE`.
    if (isHttp10) this.#res.useChunkedEncodingByDefault = false;
    const passed = passHeaders(
      raw,
      responsePasses,
      {
        ownCookieNames: this.#deps.ownCookieNames,
        named: namedByConnection(raw),
        status,
        mayTrail: !isBare && !isHttp10 && headers['content-length'] === undefined,
      },
      this.#deps.names,
    );
    for (const line of this.#order.setCookies) passed.push('Set-Cookie', line);
    this.#res.writeHead(status, writablePhrase(status, phrase), passed);
    if (isBare) return;
    if (isEventStream(headers['content-type'])) this.#becomeLive();
    process.nextTick(flushHead, this);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#isFlushed = true;
    if (this.#res.write(chunk)) return;
    controller.pause();
    if (!this.#hearsDrain) {
      this.#hearsDrain = true;
      this.#res.on('drain', this.#onDrain);
    }
    this.#awaitsDrain = true;
    this.#watchClient();
  }

  onResponseEnd(controller: Controller): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isFlushed = true;
    const trailers = latin1(controller.rawTrailers);
    if (trailers.length > 0) this.#addTrailers(trailers);
    if (this.#body !== undefined) this.#letGoOfBody();
    this.#res.end();
    if (!this.#res.writableNeedDrain) return;
    this.#awaitsDrain = true;
    this.#watchClient();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isOver) return;
    if (this.#mayRetry(error)) {
      this.#hasRetried = true;
      this.#upstream?.pool.dispatch(this.#options as Dispatcher.DispatchOptions, this);
      return;
    }
    this.#fail(failureCode(error, this.#hasAnswered), error);
  }

  onTooLarge(): void {
    this.#fail('E_BODY_TOO_LARGE', new DoorError('E_BODY_TOO_LARGE', 'streamed body over limit'));
  }

  onTurn(isClients: boolean): void {
    this.#awaitsBody = isClients;
    this.#watchClient();
  }

  /** Sends the head of an answer whose body has not come yet. */
  flushHead(): void {
    if (this.#isFlushed || this.#res.destroyed) return;
    this.#isFlushed = true;
    this.#res.flushHeaders();
  }

  #passInformation(status: number, raw: readonly string[]): void {
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL) {
      this.#fail('E_UPSTREAM_PROTOCOL', new Error('flood of informational answers'));
      return;
    }
    if (status !== 103 || this.#req.httpVersion === '1.0') return;
    const link: string[] = [];
    for (let i = 0; i < raw.length; i += 2) {
      if ((raw[i] as string).toLowerCase() === 'link') link.push(raw[i + 1] as string);
    }
    try {
      this.#res.writeEarlyHints({ link });
    } catch {
      // A hint that Node cannot write is one the client can do without.
    }
  }

  #addTrailers(trailers: readonly string[]): void {
    const { ownCookieNames, names } = this.#deps;
    const scope = { ownCookieNames, named: namedByConnection(trailers) };
    const passed = passHeaders(trailers, trailerPasses, scope, names);
    const lines: [string, string][] = [];
    for (let i = 0; i < passed.length; i += 2) {
      lines.push([passed[i] as string, passed[i + 1] as string]);
    }
    this.#res.addTrailers(lines);
  }

  #becomeLive(): void {
    this.#forgetLive = this.#deps.live.add(() => this.#endLive(), this.#order.onLive);
    if (this.#isOver) this.#forgetLive();
  }

  #endLive(): void {
    if (this.#isOver) return;
    this.#abandon(new Error('session has ended'));
    this.#res.end();
    const socket = this.#res.socket;
    if (socket !== null) endSoon(socket, this.#deps.graceMs);
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

  #fail(code: ErrorCode, error: unknown): void {
    this.#abandon(error);
    this.#deps.report(this.#req, code, error);
    if (this.#res.headersSent) {
      reset(this.#req.socket);
      return;
    }
    this.#letGoOfBody();
    this.#deps.fail(this.#req, this.#res, code);
  }

  /** Takes leave of the upstream. */
  #abandon(reason: unknown): void {
    this.#isOver = true;
    this.#controller?.abort(reason instanceof Error ? reason : new Error('abandoned'));
    this.#body?.destroy();
  }

  #letGoOfBody(): void {
    this.#body?.destroy();
    discardBody(this.#req, this.#deps.lingerMs);
  }

  readonly #onClientClose = (): void => {
    this.#forgetLive?.();
    if (!this.#isOver) this.#abandon(new Error('client has left'));
  };

  readonly #onDrain = (): void => {
    this.#awaitsDrain = false;
    this.#watchClient();
    this.#controller?.resume();
  };

  readonly #onClientTimeout = (): void => {
    if (this.#isOver) reset(this.#req.socket);
    else this.#fail('E_REQUEST_TIMEOUT', new Error('client has stalled'));
  };

  /** Node's socket time-out knows whether a slow reader still takes some bytes. */
  #watchClient(): void {
    const { idleTimeoutMs } = this.#order.limits;
    if (idleTimeoutMs === 0) return;
    if (!this.#hearsTimeout) {
      this.#hearsTimeout = true;
      this.#res.on('timeout', this.#onClientTimeout);
    }
    this.#req.socket.setTimeout(this.#awaitsBody || this.#awaitsDrain ? idleTimeoutMs : 0);
  }
}

function flushHead(exchange: Exchange): void {
  exchange.flushHead();
}

/** Header bytes as Node writes them again: one character a byte. */
function latin1(raw: Controller['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  const texts = new Array<string>(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const bytes = raw[i] as Buffer | string;
    texts[i] = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  }
  return texts;
}

/** A phrase that Node would refuse is no reason to lose the answer. */
function writablePhrase(status: number, phrase: string | undefined): string {
  const isWritable = phrase !== undefined && /^[\t\x20-\x7e\x80-\xff]*$/.test(phrase);
  return isWritable ? phrase : (STATUS_CODES[status] ?? '');
}

function isEventStream(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && /^\s*text\/event-stream\b/i.test(contentType);
}
