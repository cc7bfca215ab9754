/** The door's answers in a few words: what a label says where the code would say too much. @module */
import type { ErrorCode } from '../core/errors.ts';

/** What was decided about a request, in the words of the label. */
export type DecisionLabel =
  | 'forward'
  | 'own'
  | 'allow'
  | 'unauthenticated'
  | 'forbidden'
  | 'unrouted'
  | 'throttled'
  | 'malformed'
  | 'failed';

/** The kind of each refusal; the code itself is counted apart. */
export const REFUSAL_KINDS = {
  E_TARGET_MALFORMED: 'malformed',
  E_TARGET_AMBIGUOUS: 'malformed',
  E_HOST_INVALID: 'malformed',
  E_FRAMING: 'malformed',
  E_FORM_INVALID: 'malformed',
  E_UNAUTHENTICATED: 'unauthenticated',
  E_FORBIDDEN: 'forbidden',
  E_ORIGIN_FOREIGN: 'forbidden',
  E_CSRF: 'forbidden',
  E_UNROUTED: 'unrouted',
  E_METHOD_REFUSED: 'malformed',
  E_REQUEST_TIMEOUT: 'malformed',
  E_NAME_TAKEN: 'forbidden',
  E_BODY_TOO_LARGE: 'malformed',
  E_TARGET_TOO_LONG: 'malformed',
  E_MEDIA_TYPE: 'malformed',
  E_EXPECTATION: 'malformed',
  E_HOST_UNKNOWN: 'unrouted',
  E_THROTTLED: 'throttled',
  E_HEADERS_TOO_LARGE: 'malformed',
  E_INTERNAL: 'failed',
  E_UPGRADE_UNSUPPORTED: 'malformed',
  E_UPSTREAM_UNREACHABLE: 'failed',
  E_UPSTREAM_PROTOCOL: 'failed',
  E_STORE_DOWN: 'failed',
  E_BUSY: 'failed',
  E_UPSTREAM_TIMEOUT: 'failed',
} as const satisfies Record<ErrorCode, DecisionLabel>;
