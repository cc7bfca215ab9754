/** What an `Authorization` field says, in the schemes that machines speak. @module */
import { parseOtpAuthorization } from './otp-authorization.ts';

/** Credentials as shown; nothing in here may be logged. */
export type Presented =
  | {
      readonly scheme: 'code';
      readonly name: string;
      readonly realm: string;
      readonly code: string;
    }
  | { readonly scheme: 'bearer'; readonly token: string };

/**
 * Reads one field value: `OTP name="…", realm="…", token="…"`, Basic with `name@realm:code`,
 * or Bearer.
 *
 * @param value  as Node hands it on: each byte a character
 * @returns undefined for every other scheme, and for what can be read in two ways
 * @see RFC 9110 §11.4, RFC 7617 §2, RFC 6750 §2.1
 */
export function parseAuthorization(value: string): Presented | undefined {
  const [, scheme = '', rest = ''] = /^([A-Za-z]+) +(\S.*)$/.exec(value) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return /^[A-Za-z0-9._~+/-]+=*$/.test(rest) ? { scheme: 'bearer', token: rest } : undefined;
    case 'basic':
      return parseBasic(rest);
    default:
      return parseCode(value);
  }
}

/** The last `@` parts the two: a name may be an address, a realm is not. */
function parseBasic(text: string): Presented | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const pair = Buffer.from(text, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const at = pair.lastIndexOf('@', colon);
  if (colon === -1 || at < 1) return undefined;
  const [name, realm] = [pair.slice(0, at), pair.slice(at + 1, colon)];
  return { scheme: 'code', name, realm, code: pair.slice(colon + 1) };
}

function parseCode(value: string): Presented | undefined {
  const otp = parseOtpAuthorization(value);
  if (otp === undefined || otp === 'malformed') return undefined;
  const { name, realm, token: code } = otp;
  return { scheme: 'code', name, realm, code };
}
