/** Why a door could not be asked, as one exception with a closed list of codes. @module */

/**
 * - `unreachable`: no answer in time, or none at all; `cause` says why
 * - `caller-refused`: the door does not take our own name, seed or bearer
 * - `not-allowed`: it does, but not for this
 * - `throttled`: too many wrong codes; see `retryAfterSec`
 * - `invalid`: the door cannot take what was sent; `details` has its words
 * - `unexpected`: something that is no answer of a door
 */
export type ClientErrorCode =
  | 'unreachable'
  | 'caller-refused'
  | 'not-allowed'
  | 'throttled'
  | 'invalid'
  | 'unexpected';

/** Thrown by every method of the client; no message holds a seed, a code or a bearer. */
export class SallyportError extends Error {
  override readonly name = 'SallyportError';
  readonly code: ClientErrorCode;
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
  /** Seconds to wait, for `throttled`. */
  readonly retryAfterSec: number | undefined;
  /** The answer's document, for `invalid`. */
  readonly details: unknown;

  constructor(
    code: ClientErrorCode,
    message: string,
    more: {
      readonly status?: number;
      readonly retryAfterSec?: number;
      readonly details?: unknown;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.retryAfterSec = more.retryAfterSec;
    this.details = more.details;
  }
}
