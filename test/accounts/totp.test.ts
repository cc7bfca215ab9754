import { describe, expect, it } from 'vitest';
import {
  codeAt,
  createTotpSecret,
  currentCode,
  matchCode,
  parseTotpSecret,
  stepAt,
  type TotpKey,
  totpUri,
} from '../../src/accounts/totp.ts';
import { systemRandom } from '../../src/core/ports.ts';

const base32 = (text: string): string => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
};

const SEED_20 = '12345678901234567890';
const key = (over: Partial<TotpKey> = {}): TotpKey => ({
  secret: base32(SEED_20),
  algorithm: 'SHA1',
  digits: 6,
  periodSec: 30,
  ...over,
});

describe('RFC 4226 appendix D', () => {
  const codes = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ');
  it.each(codes.map((code, counter) => [counter, code] as const))(
    'counter %i gives %s',
    (counter, code) => {
      expect(codeAt(key(), counter)).toBe(code);
    },
  );
});

describe('RFC 6238 appendix B', () => {
  const seeds = {
    SHA1: SEED_20,
    SHA256: SEED_20.repeat(2).slice(0, 32),
    SHA512: SEED_20.repeat(4).slice(0, 64),
  } as const;
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ] as const)('at %i s', (sec, sha1, sha256, sha512) => {
    const nowMs = sec * 1000;
    for (const [algorithm, code] of [
      ['SHA1', sha1],
      ['SHA256', sha256],
      ['SHA512', sha512],
    ] as const) {
      const k = key({ algorithm, digits: 8, secret: base32(seeds[algorithm]) });
      expect(codeAt(k, stepAt(nowMs, 30))).toBe(code);
      expect(matchCode(k, code, { nowMs, window: 0 })).toBe(stepAt(nowMs, 30));
    }
  });
});

describe('matching a code', () => {
  const nowMs = 1_111_111_109_000;
  const current = stepAt(nowMs, 30);
  const at = { nowMs, window: 1 };

  it.each([
    [-2, undefined],
    [-1, current - 1],
    [0, current],
    [1, current + 1],
    [2, undefined],
  ])('accepts one step on either side: %i', (offset, step) => {
    expect(matchCode(key(), codeAt(key(), current + offset), at)).toBe(step);
  });

  it.each([
    '',
    '1',
    '12345',
    '1234567',
    '12345a',
    ' 12345',
    '12345\n',
    '１２３４５６',
    '٠١٢٣٤٥',
    '-12345',
    '1e5000',
    '0x1234',
  ])('refuses what is not six ASCII digits: %j', (code) => {
    expect(matchCode(key(), code, at)).toBeUndefined();
  });

  it('answers with the newest step of a code that is right twice, so that both are spent', () => {
    const codes = Array.from({ length: 4_000 }, (_, step) => codeAt(key(), step));
    const twice = codes.find((code, step) => codes.lastIndexOf(code) > step) ?? '';
    const everything = { nowMs: 2_000 * 30_000, window: 2_000 };
    expect(codes.indexOf(twice)).toBeLessThan(codes.lastIndexOf(twice));
    expect(matchCode(key(), twice, everything)).toBe(codes.lastIndexOf(twice));
  });

  it('does not look before the epoch', () => {
    expect(matchCode(key(), codeAt(key(), 0), { nowMs: 0, window: 3 })).toBe(0);
  });
});

describe('a new secret', () => {
  it.each([
    ['SHA1', 32],
    ['SHA256', 52],
    ['SHA512', 103],
  ] as const)('for %s has the length of its hash', (algorithm, letters) => {
    const secret = createTotpSecret(algorithm, systemRandom);
    expect(secret).toMatch(/^[A-Z2-7]+$/);
    expect(secret).toHaveLength(letters);
    expect(parseTotpSecret(secret)).toBe(secret);
  });

  it('is another one each time', () => {
    const secrets = Array.from({ length: 100 }, () => createTotpSecret('SHA1', systemRandom));
    expect(new Set(secrets).size).toBe(100);
  });
});

it.each([
  ['jbsw y3dp ehpk 3pxp', 'JBSWY3DPEHPK3PXP'],
  ['JBSWY3DPEHPK3PXP\n', 'JBSWY3DPEHPK3PXP'],
  ['JBSWY3DPEHPK3PXPAA======', 'JBSWY3DPEHPK3PXPAA'],
  ['JBSWY3DP', undefined],
  ['JBSWY3DPEHPK3PX1', undefined],
  ['', undefined],
])('reads a secret that somebody brings: %j', (text, secret) => {
  expect(parseTotpSecret(text)).toBe(secret);
});

describe('the otpauth URI', () => {
  const uri = totpUri(key(), { issuer: 'Tools & Co', name: 'ada@example.com' });

  it('spells out every parameter, and the issuer twice', () => {
    expect(uri).toMatch(/^otpauth:\/\/totp\/Tools%20%26%20Co:ada%40example\.com\?/);
    const parameters = Object.fromEntries(new URL(uri).searchParams);
    expect(parameters).toEqual({
      secret: base32(SEED_20),
      issuer: 'Tools & Co',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('is enough to compute the current code', () => {
    const nowMs = 1_111_111_109_000;
    expect(currentCode(uri, nowMs)).toEqual({
      code: codeAt(key(), stepAt(nowMs, 30)),
      validForMs: 1_000,
    });
  });
});
