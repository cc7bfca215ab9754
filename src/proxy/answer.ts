/** The upstream's answer, as the client gets it. @module */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { ForwardOrder } from './contract.ts';
import type { FieldNames } from './field-names.ts';
import { isBodiless } from './framing.ts';
import {
  namedByConnection,
  passHeaders,
  type RawHeaders,
  responsePasses,
  trailerPasses,
} from './header-passes.ts';
import { cookieLines } from './own-cookies.ts';

/** What the passes of every answer need. */
export interface AnswerDeps {
  readonly ownCookieNames: ReadonlySet<string>;
  readonly names: FieldNames;
}

/** What an answer starts with. */
export interface AnswerHead {
  readonly status: number;
  readonly phrase: string | undefined;
  readonly raw: RawHeaders;
  /** The upstream has said how long the body is. */
  readonly isSized: boolean;
}

/** First pieces up to this size leave as text, in one write with the head. */
const ONE_WRITE_BYTES = 8 * 1024;

/** Pieces from this size on are worth giving back. */
const LARGE_BYTES = 16 * 1024;

/** Writes an answer: head, body and trailers through their passes. */
export class Answer {
  readonly #deps: AnswerDeps;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  #isFlushed = false;
  /** The first piece waits for the end of the tick: a small answer is then one write. */
  #first: Buffer | undefined;

  constructor(deps: AnswerDeps, req: IncomingMessage, res: ServerResponse) {
    this.#deps = deps;
    this.#req = req;
    this.#res = res;
  }

  /** Passes 103 on where the client can take it; only links are hints. */
  hint(raw: RawHeaders): void {
    if (this.#req.httpVersion === '1.0') return;
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

  /**
   * Sets the head; it leaves with the first piece, or at the end of the tick.
   *
   * @param order  has lines of ours to add, and the names of the site
   * @returns whether a body follows
   * @throws where Node refuses to write the upstream's headers again
   */
  start(head: AnswerHead, order: Pick<ForwardOrder, 'setCookies' | 'site'>): boolean {
    const isBare = isBodiless(this.#req.method, head.status);
    const isHttp10 = this.#req.httpVersion === '1.0';
    // Node would send chunks to an HTTP/1.0 client that asks for them in `TE`.
    if (isHttp10) this.#res.useChunkedEncodingByDefault = false;
    const scope = {
      ownCookieNames: this.#deps.ownCookieNames,
      named: namedByConnection(head.raw),
      status: head.status,
      mayTrail: !isBare && !isHttp10 && !head.isSized,
      site: order.site,
      carriesOwn: order.setCookies.length > 0,
    };
    const passed = passHeaders(head.raw, responsePasses, scope, this.#deps.names);
    passed.push(...cookieLines(order.setCookies));
    this.#res.writeHead(head.status, writablePhrase(head.status, head.phrase), passed);
    if (!isBare) process.nextTick(flush, this);
    return !isBare;
  }

  /** Writes a piece; false asks to wait for `drain`. */
  write(piece: Buffer): boolean {
    if (!this.#isFlushed && this.#first === undefined) {
      this.#first = piece;
      return true;
    }
    this.flush();
    return writeAndFree(this.#res, piece);
  }

  /** Sends what has been held back. */
  flush(): void {
    if (this.#isFlushed || this.#res.destroyed) return;
    this.#isFlushed = true;
    if (this.#first === undefined) this.#res.flushHeaders();
    else this.#res.write(this.#first);
    this.#first = undefined;
  }

  /**
   * Whether nothing has left yet, although all is here. Nothing leaves before `end` then, which
   * may wait for the end of the turn.
   */
  holdBack(): boolean {
    const isWhole = !this.#isFlushed;
    this.#isFlushed = true;
    return isWhole;
  }

  /** Ends the body. */
  end(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) this.#res.end();
    else if (first.length > ONE_WRITE_BYTES) this.#res.end(first);
    else this.#res.end(first.toString('latin1'), 'latin1');
  }

  /**
   * Adds what the upstream sent behind the body, where the client's framing has room for it.
   *
   * @throws where Node refuses to write the lines again
   */
  addTrailers(trailers: RawHeaders): void {
    if (trailers.length === 0) return;
    const { ownCookieNames, names } = this.#deps;
    const scope = { ownCookieNames, named: namedByConnection(trailers) };
    const passed = passHeaders(trailers, trailerPasses, scope, names);
    const lines: [string, string][] = [];
    for (let i = 0; i < passed.length; i += 2) {
      lines.push([passed[i] as string, passed[i + 1] as string]);
    }
    this.#res.addTrailers(lines);
  }
}

function flush(answer: Answer): void {
  answer.flush();
}

/**
 * Writes a piece, and gives its memory back once the kernel has it. A gigabyte is read
 * into some sixteen thousand buffers; left to the collector, they cost a full collection
 * every few dozen megabytes, which is half of the CPU of a big download.
 */
function writeAndFree(res: ServerResponse, piece: Buffer): boolean {
  const { buffer } = piece;
  // Beside a piece that does not fill its buffer others may live in it, and the library
  // keeps a small one or two for itself.
  const isOurs = piece.length >= LARGE_BYTES && buffer.byteLength === piece.length;
  if (!isOurs || !(buffer instanceof ArrayBuffer)) return res.write(piece);
  return res.write(piece, () => void buffer.transfer(0));
}

/** A phrase that Node would refuse is no reason to lose the answer. */
function writablePhrase(status: number, phrase: string | undefined): string {
  const isWritable = phrase !== undefined && /^[\t\x20-\x7e\x80-\xff]*$/.test(phrase);
  return isWritable ? phrase : (STATUS_CODES[status] ?? '');
}
