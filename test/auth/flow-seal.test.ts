import { describe, expect, it } from 'vitest';
import { createFlowSeal, hashFlowId } from '../../src/auth/flow-seal.ts';
import { systemRandom } from '../../src/core/ports.ts';
import { testKeys } from './test-room.ts';

const plain = '{"kind":"enrolling","secret":"JBSWY3DPEHPK3PXP"}';
const hash = hashFlowId('flow');

describe('the seal of a flow', () => {
  const keys = testKeys();
  const seal = createFlowSeal(keys, systemRandom);

  it('opens what it sealed, and shows nothing of it', () => {
    const sealed = seal.seal(hash, plain);
    expect(sealed).not.toContain('JBSWY3DPEHPK3PXP');
    expect(seal.open(hash, sealed)).toBe(plain);
    expect(seal.seal(hash, plain)).not.toBe(sealed);
  });

  it('does not open a row that was moved to another flow', () => {
    expect(seal.open(hashFlowId('other'), seal.seal(hash, plain))).toBeUndefined();
  });

  it('does not open a row with any byte changed, cut or added', () => {
    const sealed = seal.seal(hash, plain);
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const letter = sealed[at] === 'A' ? 'B' : 'A';
      expect(seal.open(hash, sealed.slice(0, at) + letter + sealed.slice(at + 1))).toBeUndefined();
      expect(seal.open(hash, sealed.slice(0, at))).toBeUndefined();
    }
    expect(seal.open(hash, `${sealed}.x`)).toBeUndefined();
    for (const rubbish of ['', '..', '__proto__.a.b', 'x'.repeat(65_536)]) {
      expect(seal.open(hash, rubbish)).toBeUndefined();
    }
  });

  it('opens under an older key that is still listed, not under a retired one', () => {
    const sealed = seal.seal(hash, plain);
    const next = new Map([...keys.keys, ['k2', systemRandom.bytes(32)]]);
    expect(createFlowSeal({ currentId: 'k2', keys: next }, systemRandom).open(hash, sealed)).toBe(
      plain,
    );
    next.delete('k1');
    expect(
      createFlowSeal({ currentId: 'k2', keys: next }, systemRandom).open(hash, sealed),
    ).toBeUndefined();
  });
});
