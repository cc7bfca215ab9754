/** `Authorization: OTP name="…", realm="…", token="…"`: how a service shows its code. @module */

/** What the header says; nothing of it has been checked. */
export interface OtpAuthorization {
  readonly name: string;
  readonly realm: string;
  readonly token: string;
}

// RFC 9110 §11.2: parameters are tokens or quoted strings, separated by commas.
const PARAMETER =
  /[ \t,]*([A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))[ \t]*(?=,|$)/y;
const NAMES: ReadonlySet<string> = new Set(['name', 'realm', 'token']);
/** Three texts of 128 characters of four bytes, each written as an escape. */
const MAX_BYTES = 4096;

/**
 * Reads the header's value; each of the three parameters stands in it once, and no other.
 *
 * @param value  as Node gives it, one character for each byte; names are UTF-8 in it
 * @returns undefined for any other scheme, `malformed` for this one misused
 */
export function parseOtpAuthorization(
  value: string | undefined,
): OtpAuthorization | 'malformed' | undefined {
  if (value === undefined || !/^otp(?:[ \t]|$)/i.test(value)) return undefined;
  if (value.length > MAX_BYTES) return 'malformed';
  const found = readParameters(value.slice(3));
  const name = found?.get('name');
  const realm = found?.get('realm');
  const token = found?.get('token');
  if (name === undefined || realm === undefined || token === undefined) return 'malformed';
  return { name, realm, token };
}

function readParameters(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < text.length) {
    const match = PARAMETER.exec(text);
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = fromUtf8(match?.[2]?.replace(/\\(.)/gs, '$1') ?? match?.[3] ?? '');
    // Whoever reads the first of two would let in another service than whoever reads the last.
    if (!NAMES.has(name) || found.has(name) || value === undefined) return undefined;
    found.set(name, value);
  }
  return found;
}

function fromUtf8(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
