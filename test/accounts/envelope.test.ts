import { describe, expect, it } from 'vitest';
import { createEnvelope, type EnvelopeOwner } from '../../src/accounts/envelope.ts';
import type { KeySet } from '../../src/core/key-set.ts';
import { systemRandom } from '../../src/core/ports.ts';

const keySet = (currentId: string, ids: readonly string[]): KeySet => ({
  currentId,
  keys: new Map(ids.map((id) => [id, new Uint8Array(32).fill(id.charCodeAt(0))])),
});
const open = (keys: KeySet) => createEnvelope({ keys, random: systemRandom });
const owner: EnvelopeOwner = { kind: 'totp', principalId: 'ada', credentialId: 'c1' };

describe('a credential envelope', () => {
  const envelope = open(keySet('a', ['a']));
  const sealed = envelope.seal(owner, 'the seed ✓');

  it('gives back what was sealed, and never shows it', () => {
    expect(envelope.open(owner, sealed)).toBe('the seed ✓');
    expect(sealed).toMatch(/^v1\.a\.[\w-]{16}\.[\w-]+$/);
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString()).not.toContain('seed');
  });

  it('is another text each time', () => {
    expect(envelope.seal(owner, 'the seed ✓')).not.toBe(sealed);
  });

  it.each([
    { ...owner, principalId: 'eve' },
    { ...owner, credentialId: 'c2' },
    { ...owner, kind: 'password' as const },
    { ...owner, principalId: 'ada|c1', credentialId: '' },
  ])('does not open for a row it was moved to: %j', (other) => {
    expect(envelope.open(other, sealed)).toBeUndefined();
  });

  it('does not open with any bit changed, nor cut anywhere', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(envelope.open(owner, sealed.slice(0, length))).toBeUndefined();
    }
    const [version, keyId, iv = '', body = ''] = sealed.split('.');
    for (const [part, join] of [
      [iv, (text: string) => `${version}.${keyId}.${text}.${body}`],
      [body, (text: string) => `${version}.${keyId}.${iv}.${text}`],
    ] as const) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const bent = Buffer.from(bytes);
        bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(envelope.open(owner, join(bent.toString('base64url')))).toBeUndefined();
      }
    }
  });

  it.each([['__proto__'], ['constructor'], ['b'], ['']])(
    'does not open under the unknown key id %j',
    (keyId) => {
      const [version, , iv, body] = sealed.split('.');
      expect(envelope.open(owner, [version, keyId, iv, body].join('.'))).toBeUndefined();
    },
  );

  it.each(['', 'v1', 'v2.a.b.c', 'v1.a..', 'x'.repeat(65_536), sealed.replace('v1', 'v2')])(
    'takes rubbish for nothing: %.20s',
    (rubbish) => {
      expect(envelope.open(owner, rubbish)).toBeUndefined();
    },
  );

  it('seals with the current key and opens with every listed one', () => {
    const rotated = open(keySet('b', ['a', 'b']));
    expect(rotated.open(owner, sealed)).toBe('the seed ✓');
    expect(rotated.seal(owner, 'x')).toMatch(/^v1\.b\./);
    expect(open(keySet('b', ['b'])).open(owner, sealed)).toBeUndefined();
  });

  it('is not made without its current key', () => {
    expect(() => open(keySet('z', ['a']))).toThrow(expect.objectContaining({ code: 'E_INTERNAL' }));
  });
});
