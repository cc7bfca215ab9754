/** Time-based one-time codes: make a secret, match a code to its step. @module */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { HOTP, Secret as OtpSecret, TOTP, URI } from 'otpauth';
import type { TotpConfig } from '../config/config.ts';
import type { Random } from '../core/ports.ts';

/** What a code is computed from, besides time. */
export interface TotpKey extends Pick<TotpConfig, 'algorithm' | 'digits' | 'periodSec'> {
  /** base32 without padding. */
  readonly secret: string;
}

/** The hash's own length, as RFC 6238 §5.1 and its test vectors have it. */
const SECRET_BYTES = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;

/** @returns a new secret in base32 without padding */
export function createTotpSecret(algorithm: TotpConfig['algorithm'], random: Random): string {
  const bytes = random.bytes(SECRET_BYTES[algorithm]).slice();
  return new OtpSecret({ buffer: bytes.buffer }).base32;
}

/**
 * Reads a secret that somebody brings along: spaces, padding and lower case are fine.
 *
 * @returns base32 without padding, or undefined if it is no base32 of 10 to 128 bytes
 */
export function parseTotpSecret(text: string): string | undefined {
  const secret = text.replace(/\s/g, '').replace(/=+$/, '').toUpperCase();
  return /^[A-Z2-7]{16,205}$/.test(secret) ? secret : undefined;
}

/** Whole periods since the epoch (RFC 6238 §4.2). */
export function stepAt(nowMs: number, periodSec: number): number {
  return Math.floor(nowMs / 1000 / periodSec);
}

/** The code that an app shows during `step`, zero-padded. */
export function codeAt(key: TotpKey, step: number): string {
  return createCoder(key)(step);
}

/** Codes of one key by step. Its key object is made once: that costs more than a code. */
function createCoder({ secret: base32, algorithm, digits }: TotpKey): (step: number) => string {
  const secret = OtpSecret.fromBase32(base32);
  const key = createSecretKey(secret.bytes);
  const hmac = (hash: string, _bytes: Uint8Array, message: Uint8Array) =>
    createHmac(hash, key).update(message).digest();
  return (step) => HOTP.generate({ secret, algorithm, digits, counter: step, hmac });
}

/** Reads a code as people type it: apps show `123 456`. */
export function readCode(typed: string): string {
  return typed.slice(0, 64).replace(/[ \u00a0]/g, '');
}

/**
 * Finds the step that a code belongs to. Does the same work for every code of the
 * right shape, and answers with the newest step, so that spending it spends the
 * older ones too.
 *
 * @param window  steps accepted on either side of the current one
 * @returns the absolute step, or undefined
 */
export function matchCode(
  key: TotpKey,
  code: string,
  at: { readonly nowMs: number; readonly window: number },
): number | undefined {
  // ASCII digits first: `\d` and `Number` take other scripts' digits for ours.
  if (!/^[0-9]+$/.test(code) || code.length !== key.digits) return undefined;
  const typed = Buffer.from(code);
  const coder = createCoder(key);
  const current = stepAt(at.nowMs, key.periodSec);
  let matched: number | undefined;
  for (let step = Math.max(0, current - at.window); step <= current + at.window; step += 1) {
    if (timingSafeEqual(typed, Buffer.from(coder(step)))) matched = step;
  }
  return matched;
}

/**
 * The `otpauth://` URI behind the QR code. Every parameter is spelled out: apps
 * disagree about what a missing one means, none about one that is there.
 */
export function totpUri(
  key: TotpKey,
  label: { readonly issuer: string; readonly name: string },
): string {
  return new TOTP({
    issuer: label.issuer,
    label: label.name,
    algorithm: key.algorithm,
    digits: key.digits,
    period: key.periodSec,
    secret: OtpSecret.fromBase32(key.secret),
  }).toString();
}

/**
 * The code that an app set up with `uri` shows now, and how long it will.
 *
 * @throws URIError or TypeError if `uri` is no `otpauth://totp/` URI
 */
export function currentCode(
  uri: string,
  nowMs: number,
): { readonly code: string; readonly validForMs: number } {
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new TypeError('not a time-based otpauth:// URI');
  const code = totp.generate({ timestamp: nowMs });
  return { code, validForMs: totp.remaining({ timestamp: nowMs }) };
}
