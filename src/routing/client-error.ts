/** Answering what Node's parser could not read. @module */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, STATUS } from '../core/errors.ts';

/** The code for an error of Node's `clientError`. */
export function clientErrorCode(error: NodeJS.ErrnoException): ErrorCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'E_HEADERS_TOO_LARGE';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'E_REQUEST_TIMEOUT';
    default:
      return 'E_FRAMING';
  }
}

const REASON: Partial<Record<ErrorCode, string>> = {
  E_FRAMING: 'This is not a request that can be read one way only.',
  E_HEADERS_TOO_LARGE: 'The request head is too large.',
  E_REQUEST_TIMEOUT: 'The request head took too long.',
};

/** How long a client may take to read the answer. */
const LINGER_MS = 1000;

/**
 * Writes the answer where one can still be understood, and ends the connection:
 * nobody knows where the next request would begin.
 */
export function answerClientError(socket: Duplex, code: ErrorCode): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const body = `${REASON[code] ?? code}\n`;
  const answer = [
    `HTTP/1.1 ${STATUS[code]} ${STATUS_CODES[STATUS[code]]}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  endWith(socket, answer);
}

/** Writes the last bytes of a connection, and waits a moment for them to be read. */
export function endWith(socket: Duplex, bytes: string): void {
  socket.end(bytes, 'latin1');
  // Unread bytes would turn the end into a reset, which can overtake the answer.
  socket.resume();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
}

/**
 * Whether Node is still answering an earlier request on this socket: our bytes
 * would land inside that answer. Node's own default handler reads the same field.
 */
export function isAnswering(socket: Duplex): boolean {
  return (socket as { _httpMessage?: unknown })._httpMessage != null;
}
