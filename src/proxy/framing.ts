/** Where a message ends: the only readings of it that we pass on. @module */

/** How the body of a request is delimited. */
export type RequestFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'sized'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** Two readers could disagree about where it ends. */
  | { readonly kind: 'ambiguous' };

const NONE: RequestFraming = { kind: 'none' };
const CHUNKED: RequestFraming = { kind: 'chunked' };
const AMBIGUOUS: RequestFraming = { kind: 'ambiguous' };

/**
 * Reads the framing of a request from its headers. Node's parser refuses most of
 * what is ambiguous already; this is the rule, that is a help.
 *
 * @param rawHeaders   flat name/value list
 * @param httpVersion  `1.0` or `1.1`; HTTP/1.0 knows no transfer codings
 * @see RFC 9112 §6
 */
export function requestFraming(rawHeaders: readonly string[], httpVersion: string): RequestFraming {
  let length: string | undefined;
  let coding: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (isNamed(name, 'content-length')) {
      if (length !== undefined) return AMBIGUOUS;
      length = rawHeaders[i + 1];
    } else if (isNamed(name, 'transfer-encoding')) {
      if (coding !== undefined) return AMBIGUOUS;
      coding = rawHeaders[i + 1];
    }
  }
  if (coding !== undefined) {
    // Another coding than chunked would arrive decoded by half and without its label.
    const isPlain = coding.toLowerCase() === 'chunked' && httpVersion !== '1.0';
    return isPlain && length === undefined ? CHUNKED : AMBIGUOUS;
  }
  if (length === undefined || length === '0') return NONE;
  if (!/^[0-9]{1,15}$/.test(length)) return AMBIGUOUS;
  return { kind: 'sized', bytes: Number(length) };
}

/**
 * Tells whether an answer can be passed on without its `transfer-encoding`: only
 * chunked is taken off by the parser, anything else would stay in the body unlabelled.
 *
 * @param rawHeaders  flat name/value list
 */
export function isResponseFramingPlain(rawHeaders: readonly string[]): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!isNamed(rawHeaders[i] as string, 'transfer-encoding')) continue;
    if ((rawHeaders[i + 1] as string).trim().toLowerCase() !== 'chunked') return false;
  }
  return true;
}

/** Answers that never have a body (RFC 9110 §6.4.1). */
export function isBodiless(method: string | undefined, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

/** Compares without allocating for the many names of another length. */
function isNamed(name: string, lower: string): boolean {
  return name.length === lower.length && name.toLowerCase() === lower;
}
