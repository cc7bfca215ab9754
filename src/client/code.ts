/** One-time codes in any runtime with Web Crypto: Node, browsers, workers. @module */

/** What a code is computed from, besides time. */
export interface CodeKey {
  /** base32; spaces, padding and lower case are fine. */
  readonly seed: string;
  /** 6 by default. */
  readonly digits?: number;
  /** Seconds that one code lasts; 30 by default. */
  readonly period?: number;
  /** `SHA-1` by default. */
  readonly algorithm?: 'SHA-1' | 'SHA-256' | 'SHA-512';
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The code that is valid at a moment.
 *
 * @param nowMs  milliseconds since the Unix epoch
 * @throws TypeError if the seed is no base32; the message does not repeat it
 * @see RFC 6238 §4, RFC 4226 §5.3
 */
export async function codeAt(key: CodeKey, nowMs: number): Promise<string> {
  const { digits = 6, period = 30, algorithm: hash = 'SHA-1' } = key;
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(nowMs / 1000 / period)));
  const hmac = { name: 'HMAC', hash };
  const secret = decodeBase32(key.seed);
  const hmacKey = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign']);
  const mac = new DataView(await crypto.subtle.sign('HMAC', hmacKey, counter));
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf;
  const number = mac.getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const letters = text.replace(/\s/g, '').replace(/=+$/, '').toUpperCase();
  if (!/^[A-Z2-7]+$/.test(letters)) throw new TypeError('The seed is not base32.');
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8));
  let bits = 0;
  let pending = 0;
  let length = 0;
  for (const letter of letters) {
    pending = ((pending << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = (pending >> bits) & 0xff;
    length += 1;
  }
  return bytes;
}
