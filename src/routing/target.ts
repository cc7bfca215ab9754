/** The request target, taken as received or not at all. @module */
import type { ErrorCode } from '../core/errors.ts';

/** The raw path, or why there is none. */
export type ParsedTarget =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly code: Extract<ErrorCode, `E_TARGET_${string}`> };

/** Twice what RFC 9110 §4.1 asks every server to take. */
export const MAX_TARGET_LENGTH = 16_384;

const MALFORMED: ParsedTarget = { ok: false, code: 'E_TARGET_MALFORMED' };

/**
 * Splits off the path. Only origin-form is a target: absolute-form names a host
 * that an upstream may believe over `Host`, and `*` names nothing that is routed.
 *
 * @param target  the raw target, as Node hands it over
 */
export function parseTarget(target: string): ParsedTarget {
  if (target.length > MAX_TARGET_LENGTH) return { ok: false, code: 'E_TARGET_TOO_LONG' };
  if (target.charCodeAt(0) !== 0x2f /* / */) return MALFORMED;
  // Visible ASCII only. A raw `#` would end the path for one reader and not for another.
  if (/[^\x21-\x7e]|#/.test(target)) return MALFORMED;
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  // In the path a stray `%` is read differently by everyone, and NUL ends it in C.
  if (path.includes('%') && /%(?![0-9a-f]{2})|%00/i.test(path)) return MALFORMED;
  return { ok: true, path };
}
