/** One upgrade: the handshake, and the two sockets joined by it. @module */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ErrorCode, STATUS } from '../core/errors.ts';
import { destroyLater, endSoon, reset } from './client-socket.ts';
import type { ForwardOrder } from './contract.ts';
import type { ExchangeDeps } from './exchange.ts';
import { failureCode } from './failures.ts';
import { namedByConnection, passHeaders, responsePasses } from './header-passes.ts';
import { type HeaderRecord, headerRecord } from './header-record.ts';
import { type CloseCode, isEndless } from './live-exchanges.ts';
import { cookieLines } from './own-cookies.ts';

/**
 * Watches over one handshake. The library's own listeners do the switching and the
 * piping; those here run before them and see to the headers, the failures and the end.
 */
export class Handshake {
  readonly #deps: ExchangeDeps;
  readonly #req: IncomingMessage;
  readonly #socket: Duplex;
  readonly #order: ForwardOrder;
  #request: ClientRequest | undefined;
  /** What comes in place of a switch. */
  #answer: IncomingMessage | undefined;
  /** No failure can be written any more: an answer has begun, or nobody is there. */
  #isSettled = false;

  constructor(deps: ExchangeDeps, req: IncomingMessage, socket: Duplex, order: ForwardOrder) {
    this.#deps = deps;
    this.#req = req;
    this.#socket = socket;
    this.#order = order;
  }

  /** Answers with a failure, and makes sure that the socket closes. */
  refuse(code: ErrorCode): void {
    this.#isSettled = true;
    this.#deps.meter?.ended(this.#req, STATUS[code]);
    this.#deps.failUpgrade(this.#req, this.#socket, code);
    this.#socket.resume();
    endSoon(this.#socket, this.#deps.graceMs);
  }

  /** The library has made the request and is about to send it. */
  onRequest(request: ClientRequest): void {
    this.#request = request;
    this.#socket.once('end', this.#onClientGone).once('close', this.#onClientGone);
    request.once('response', (response) => this.#onAnswer(response));
    request.once('upgrade', (response, upstream: Socket) => this.#onSwitch(response, upstream));
  }

  onError(error: unknown): void {
    // The library reports the client's own reset here too.
    if (this.#isSettled) return;
    if (this.#socket.destroyed) return this.#onClientGone();
    const code = failureCode(error, false);
    this.#deps.report(this.#req, code, error);
    this.refuse(code);
  }

  readonly #onClientGone = (): void => {
    // Whatever is left of an answer has no reader any more.
    if (this.#answer?.complete === false) this.#endAnswer();
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#deps.meter?.ended(this.#req, 0);
    this.#request?.destroy();
    this.#socket.destroy();
  };

  /** The upstream does not switch: its answer is passed on as any other. */
  #onAnswer(response: IncomingMessage): void {
    this.#isSettled = true;
    this.#answer = response;
    this.#deps.meter?.ended(this.#req, response.statusCode ?? 0);
    const coding = response.headers['transfer-encoding'];
    response.headers = this.#passedHeaders(response);
    // The library sends chunks on as chunks where it finds this.
    if (coding !== undefined) response.headers['transfer-encoding'] = coding;
    response.once('error', () => reset(this.#socket));
    this.#socket.once('finish', () => destroyLater(this.#socket, this.#deps.graceMs));
    this.#socket.resume();
    this.#endWhenIdle(() => reset(this.#socket));
    if (!isEndless(response.headers['content-type'])) return;
    const forget = this.#deps.live.add('eventStreams', () => this.#endAnswer(), this.#order);
    this.#socket.once('close', forget);
  }

  /** Takes leave of both sides in the middle of an answer. */
  #endAnswer(): void {
    this.#request?.destroy();
    endSoon(this.#socket, this.#deps.graceMs);
  }

  #onSwitch(response: IncomingMessage, upstream: Socket): void {
    this.#isSettled = true;
    if (response.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#deps.meter?.ended(this.#req, 0);
      this.#deps.report(
        this.#req,
        'E_UPSTREAM_PROTOCOL',
        new Error('switched to another protocol'),
      );
      upstream.destroy();
      reset(this.#socket);
      return;
    }
    this.#deps.meter?.livesOn(this.#req, 101);
    const headers = this.#passedHeaders(response);
    response.headers = { connection: 'Upgrade', upgrade: 'websocket', ...headers };
    upstream.once('close', () => endSoon(this.#socket, this.#deps.graceMs));
    this.#socket.once('close', () => upstream.destroy());
    this.#endWhenIdle(() => this.#end(upstream, 1001));
    // A session that has ended meanwhile closes at once, and must not do so before the 101.
    process.nextTick(() => this.#becomeLive(upstream));
  }

  #becomeLive(upstream: Socket): void {
    if (upstream.destroyed) return;
    const end = (code: CloseCode): void => this.#end(upstream, code);
    const forget = this.#deps.live.add('webSockets', end, this.#order);
    upstream.once('close', forget);
  }

  #passedHeaders(response: IncomingMessage): HeaderRecord {
    const raw = response.rawHeaders;
    const scope = {
      ownCookieNames: this.#deps.ownCookieNames,
      named: namedByConnection(raw),
      status: response.statusCode ?? 0,
      mayTrail: false,
      site: this.#order.site,
      carriesOwn: this.#order.setCookies.length > 0,
    };
    const passed = passHeaders(raw, responsePasses, scope, this.#deps.names);
    passed.push(...cookieLines(this.#order.setCookies));
    // In lower case, as the library looks for the framing among them.
    return headerRecord(passed.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text)));
  }

  /** Bytes in either direction count as life. */
  #endWhenIdle(end: () => void): void {
    const { idleTimeoutMs } = this.#order.limits;
    if (idleTimeoutMs > 0) (this.#socket as Socket).setTimeout(idleTimeoutMs, end);
  }

  #end(upstream: Socket, code: CloseCode): void {
    upstream.unpipe(this.#socket);
    this.#socket.unpipe(upstream);
    upstream.destroy();
    if (this.#socket.writable) this.#socket.write(closeFrame(code));
    this.#socket.resume();
    endSoon(this.#socket, this.#deps.graceMs);
  }
}

/** An unmasked close frame with a code and no reason (RFC 6455 §5.5.1). */
function closeFrame(code: CloseCode): Buffer {
  return Buffer.of(0x88, 2, code >> 8, code & 0xff);
}
