import { describe, expect, it } from 'vitest';
import { codeAt } from '../../src/client/code.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding. */
function toBase32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

const digits = (length: number) => '1234567890'.repeat(7).slice(0, length);

describe('RFC 6238 appendix B', () => {
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('at %i s', async (seconds, sha1, sha256, sha512) => {
    const at = (algorithm: 'SHA-1' | 'SHA-256' | 'SHA-512', bytes: number) =>
      codeAt({ seed: toBase32(digits(bytes)), digits: 8, algorithm }, seconds * 1000);
    expect(await at('SHA-1', 20)).toBe(sha1);
    expect(await at('SHA-256', 32)).toBe(sha256);
    expect(await at('SHA-512', 64)).toBe(sha512);
  });
});

describe('a seed', () => {
  it('is read as people paste it', async () => {
    const seed = toBase32(digits(20));
    const code = await codeAt({ seed }, 59_000);
    expect(code).toBe('287082');
    const pasted = `${seed.toLowerCase().replace(/(.{4})/g, '$1 ')}====`;
    expect(await codeAt({ seed: pasted }, 59_000)).toBe(code);
  });

  it.each(['', 'geheim!', '0189'])('is never repeated where it is none: %j', async (seed) => {
    const message = await codeAt({ seed }, 0).catch((error: Error) => error.message);
    expect(message).toBe('The seed is not base32.');
  });
});
