import { expect, it } from 'vitest';
import {
  createRecoveryCodes,
  hashRecoveryCode,
  parseRecoveryCode,
} from '../../src/accounts/recovery-codes.ts';
import { isSameHash } from '../../src/accounts/token-hash.ts';
import { systemRandom } from '../../src/core/ports.ts';

it('makes ten codes of four groups of four, all different', () => {
  const codes = createRecoveryCodes(systemRandom);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes)
    expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
});

it('uses all 32 letters equally: 80 bits a code', () => {
  const letters = Array.from({ length: 64 }, () => createRecoveryCodes(systemRandom))
    .flat()
    .join('')
    .replaceAll('-', '');
  const counts = new Map<string, number>();
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(32);
  // 10 240 letters, 320 each, standard deviation 18: seven of them away is no chance.
  for (const count of counts.values()) expect(Math.abs(count - 320)).toBeLessThan(126);
});

it.each([
  ['k7qd-0m3x-9htw-ev2c', 'k7qd0m3x9htwev2c'],
  ['K7QD 0M3X 9HTW EV2C', 'k7qd0m3x9htwev2c'],
  [' k7qdOm3x9htwev2c\n', 'k7qd0m3x9htwev2c'],
  ['I111-l111-1111-1111', '1'.repeat(16)],
  ['k7qd-0m3x-9htw-ev2', undefined],
  ['k7qd-0m3x-9htw-ev2cc', undefined],
  ['k7qd-0m3x-9htw-ev2u', undefined],
  ['123456', undefined],
  ['12345678', undefined],
  ['', undefined],
  ['１'.repeat(16), undefined],
  ['k'.repeat(100_000), undefined],
])('reads %.30j as %j', (typed, letters) => {
  expect(parseRecoveryCode(typed)).toBe(letters);
});

it('compares hashes, not codes', () => {
  const hash = hashRecoveryCode('k7qd0m3x9htwev2c');
  expect(hash).not.toContain('k7qd');
  expect(isSameHash(hash, hashRecoveryCode('k7qd0m3x9htwev2c'))).toBe(true);
  expect(isSameHash(hash, hashRecoveryCode('k7qd0m3x9htwev2d'))).toBe(false);
  expect(isSameHash(hash, '')).toBe(false);
});
