import { describe, expect, it } from 'vitest';
import { createLiveKeySet, deriveEach, deriveKey } from '../../src/core/key-set.ts';

const root = new Uint8Array(32).fill(7);
const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');

describe('deriveKey', () => {
  it('gives 32 bytes, the same ones for the same root and purpose', () => {
    const key = deriveKey(root, 'seal/session/encryption');
    expect(key).toHaveLength(32);
    expect(hex(deriveKey(root, 'seal/session/encryption'))).toBe(hex(key));
  });

  it('gives each purpose a key of its own, and never the root', () => {
    const purposes = ['seal/session/encryption', 'seal/session/integrity', 'seal/flow/encryption'];
    const keys = [hex(root), ...purposes.map((purpose) => hex(deriveKey(root, purpose)))];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gives each root keys of its own', () => {
    const other = Uint8Array.from(root, (byte, i) => (i === 31 ? byte ^ 1 : byte));
    expect(hex(deriveKey(other, 'x'))).not.toBe(hex(deriveKey(root, 'x')));
  });

  it('keeps giving the keys that existing installations sealed with', () => {
    // HKDF-SHA256, no salt, info "sallyport/seal/session/encryption"; computed with `openssl kdf`.
    expect(hex(deriveKey(root, 'seal/session/encryption'))).toBe(
      'd11422bd41f61e6d07dbbccdd8f7dfaf63255e682b4649b3d5e1ae7541da375d',
    );
  });
});

describe('what is derived from each key', () => {
  const setOf = (...ids: readonly string[]) => ({
    currentId: ids[0] ?? '',
    keys: new Map(ids.map((id) => [id, root])),
  });

  it('follows the set: a new key is there, a retired one is not', () => {
    const keys = createLiveKeySet(setOf('a'));
    const derived = deriveEach(keys, (_, id) => `of ${id}`);
    expect(derived.current()).toEqual({ id: 'a', key: 'of a' });
    keys.replace(setOf('b', 'a'));
    expect(derived.current()).toEqual({ id: 'b', key: 'of b' });
    expect(derived.all()).toEqual(['of b', 'of a']);
    keys.replace(setOf('b'));
    expect(derived.get('a')).toBeUndefined();
    expect(derived.get('__proto__')).toBeUndefined();
  });
});
