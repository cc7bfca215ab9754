/** The closed list of everything that Sallyport refuses or fails at. @module */

/**
 * HTTP status of each error code. The table is closed: adding a code without a
 * status, or using a code that is not here, does not compile.
 */
export const STATUS = {
  // The client's request cannot be read one way only.
  E_TARGET_MALFORMED: 400,
  E_TARGET_AMBIGUOUS: 400,
  E_HOST_INVALID: 400,
  E_FRAMING: 400,
  E_FORM_INVALID: 400,
  // The client is known well enough, and the answer is no.
  E_UNAUTHENTICATED: 401,
  E_FORBIDDEN: 403,
  E_ORIGIN_FOREIGN: 403,
  E_CSRF: 403,
  E_UNROUTED: 404,
  E_METHOD_REFUSED: 405,
  E_REQUEST_TIMEOUT: 408,
  E_NAME_TAKEN: 409,
  E_BODY_TOO_LARGE: 413,
  E_TARGET_TOO_LONG: 414,
  E_MEDIA_TYPE: 415,
  E_EXPECTATION: 417,
  E_HOST_UNKNOWN: 421,
  E_THROTTLED: 429,
  E_HEADERS_TOO_LARGE: 431,
  // Our side or the upstream's.
  E_INTERNAL: 500,
  E_UPGRADE_UNSUPPORTED: 501,
  E_UPSTREAM_UNREACHABLE: 502,
  E_UPSTREAM_PROTOCOL: 502,
  E_STORE_DOWN: 503,
  E_BUSY: 503,
  E_UPSTREAM_TIMEOUT: 504,
} as const satisfies Record<`E_${string}`, number>;

/** A code from {@link STATUS}; stable, documented in `docs/errors.md`. */
export type ErrorCode = keyof typeof STATUS;

/**
 * The one exception class of Sallyport, for breakage only: an expected outcome
 * (a wrong code, a refused name) is a value. `message` is for the operator and
 * holds no secret; `cause` is kept.
 */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Whether the store could not answer: one cause of many failures, said once by its watch. */
export const isStoreDown = (error: unknown): error is DoorError =>
  error instanceof DoorError && error.code === 'E_STORE_DOWN';

/**
 * A fault that ends the program before it serves anything: one sentence for the
 * operator, and the exit code that the command line documents.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
