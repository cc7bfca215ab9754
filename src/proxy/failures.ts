/** Why an upstream exchange failed, in our words. @module */
import { codeOf } from '../core/error-code.ts';
import { DoorError, type ErrorCode } from '../core/errors.ts';

/** What both libraries call a time-out. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ERR_UPSTREAM_UPGRADE_TIMEOUT',
  'ETIMEDOUT',
]);

/** An answer that is not HTTP, or that Node refuses to write again. */
const PROTOCOL: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ERR_HTTP_INVALID_STATUS_CODE',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
]);

/** The client's request is one that the library will not write. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'ERR_UNESCAPED_CHARACTERS',
]);

/** The pools are closing: the door is going down. */
const CLOSING: ReadonlySet<string> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/**
 * Names a failure.
 *
 * @param error        what undici, http-proxy, Node or we ourselves threw
 * @param hasAnswered  the upstream had begun an answer: a socket that ends then
 *                     has broken the protocol, rather than been out of reach
 */
export function failureCode(error: unknown, hasAnswered: boolean): ErrorCode {
  if (error instanceof DoorError) return error.code;
  const code = codeOf(error) ?? '';
  if (TIMEOUTS.has(code)) return 'E_UPSTREAM_TIMEOUT';
  if (PROTOCOL.has(code) || code.startsWith('HPE_')) return 'E_UPSTREAM_PROTOCOL';
  if (UNWRITABLE.has(code)) return 'E_FRAMING';
  if (CLOSING.has(code)) return 'E_BUSY';
  return hasAnswered ? 'E_UPSTREAM_PROTOCOL' : 'E_UPSTREAM_UNREACHABLE';
}
