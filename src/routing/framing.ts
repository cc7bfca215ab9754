/** Whether a request head says in exactly one way where its body ends. @module */
import { valuesOf } from './header-lines.ts';

/** What framing is read from. */
export interface RequestHead {
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

/**
 * A second look behind Node's parser: whatever a lenient parser behind us could
 * frame differently is refused, and the connection ends with it.
 *
 * @see RFC 9112 §6.3, §11.2
 */
export function isFramingClear({ httpVersion, rawHeaders }: RequestHead): boolean {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return false;
  if (hasOddLine(rawHeaders)) return false;
  const lengths = valuesOf(rawHeaders, 'content-length');
  const codings = valuesOf(rawHeaders, 'transfer-encoding');
  if (codings.length > 0) {
    return (
      lengths.length === 0 &&
      codings.length === 1 &&
      httpVersion === '1.1' &&
      codings[0]?.toLowerCase() === 'chunked'
    );
  }
  return lengths.length === 0 || (lengths.length === 1 && /^[0-9]{1,15}$/.test(lengths[0] ?? ''));
}

/** Whether bytes of a body follow the head. */
export function announcesBody({ rawHeaders }: Pick<RequestHead, 'rawHeaders'>): boolean {
  if (valuesOf(rawHeaders, 'transfer-encoding').length > 0) return true;
  return valuesOf(rawHeaders, 'content-length').some((length) => !/^0+$/.test(length));
}

/** A name with a blank at either end, or a folded value: one parser's header, another's body. */
function hasOddLine(rawHeaders: readonly string[]): boolean {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 0 || name.charCodeAt(0) <= 0x20) return true;
    if (name.charCodeAt(name.length - 1) <= 0x20) return true;
    const value = rawHeaders[i + 1] as string;
    if (value.includes('\n') || value.includes('\r')) return true;
  }
  return false;
}
