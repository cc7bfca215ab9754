/** Codes on paper for the day the phone is gone. @module */
import type { Random } from '../core/ports.ts';
import { hashToken } from './token-hash.ts';

/** Enough for years of lost phones, few enough for a slip of paper. */
export const RECOVERY_CODE_COUNT = 10;

// Crockford's base32: no i, l, o or u, so that what is read off paper has one spelling.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 16;

/** @returns ten codes of 80 bits, e.g. `k7qd-0m3x-9htw-ev2c` */
export function createRecoveryCodes(random: Random): readonly string[] {
  return Array.from({ length: RECOVERY_CODE_COUNT }, () => {
    // 256 is a multiple of 32: every letter is as likely as any other.
    const letters = Array.from(random.bytes(LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('');
    return (letters.match(/.{4}/g) ?? []).join('-');
  });
}

/**
 * Reads a code as people type it: capitals, spaces, dashes, `O` for `0`, `I` and `L`
 * for `1`.
 *
 * @returns its sixteen letters, or undefined if it cannot be a recovery code
 */
export function parseRecoveryCode(typed: string): string | undefined {
  const letters = typed
    .slice(0, 64)
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  const isCode =
    letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter));
  return isCode ? letters : undefined;
}

/** SHA-256 of a code, base64url; 80 random bits need no slow hash. */
export function hashRecoveryCode(letters: string): string {
  return hashToken(`sallyport/recovery/${letters}`);
}
