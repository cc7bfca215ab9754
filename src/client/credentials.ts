/** How a service shows who it is. @module */
import { type CodeKey, codeAt } from './code.ts';

/** A service's own name, realm and seed. */
export interface OwnIdentity extends CodeKey {
  readonly name: string;
  readonly realm: string;
  /** Milliseconds since the Unix epoch; the machine's clock by default. */
  readonly now?: () => number;
}

/** The code of this moment. */
export const currentCode = (own: OwnIdentity): Promise<string> =>
  codeAt(own, (own.now ?? Date.now)());

/** The value of `Authorization` with the code of this moment. */
export async function otpAuthorization(own: OwnIdentity): Promise<string> {
  const parameters = { name: own.name, realm: own.realm, token: await currentCode(own) };
  const pairs = Object.entries(parameters).map(([key, value]) => `${key}="${quote(value)}"`);
  return `OTP ${pairs.join(', ')}`;
}

/** Header values are bytes: UTF-8, each byte as a character, as `fetch` wants it. */
function quote(text: string): string {
  const bytes = new TextEncoder().encode(text.replace(/["\\]/g, '\\$&'));
  return String.fromCharCode(...bytes);
}
