import { describe, expect, it } from 'vitest';
import { fingerprintOf, type KeySet } from '../../src/core/key-set.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { describeStranger, findStranger } from '../../src/keys/proof.ts';
import { NOW_MS } from '../store/now.ts';
import { credential, registration } from '../store/samples.ts';
import { stores } from '../store/stores.ts';

const [k1, k2, k3] = [random.bytes(32), random.bytes(32), random.bytes(32)] as const;
const ring = (currentId: string, keys: Record<string, Uint8Array>, replaced: string[] = []) => ({
  ...{ currentId, keys: new Map(Object.entries(keys)), replacedIds: new Set(replaced) },
});
const first = ring('k1', { k1 });
const both = ring('k1', { k1, k2 });
const rotated = ring('k2', { k1, k2 }, ['k1']);
const second = ring('k2', { k2 });

for (const { name, isMissing, found } of stores) {
  describe.skipIf(isMissing === true)(`a process that opens a ${name} store`, () => {
    const open = async () => {
      const store = await (await found())();
      const asks = (sealKeys: KeySet, storeKeys: KeySet) =>
        findStranger({ store, sealKeys, storeKeys });
      return { store, asks };
    };

    it('belongs there with the keys of whoever came first, and not with others', async () => {
      const { asks } = await open();
      const answers = await Promise.all([asks(first, first), asks(second, second)]);
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      const isFirst = answers[0] === undefined;
      expect(await asks(isFirst ? second : first, isFirst ? second : first)).toMatchObject({
        wanted: fingerprintOf(isFirst ? k1 : k2),
        found: [fingerprintOf(isFirst ? k2 : k1)],
      });
    });

    it.each(['seal', 'store'] as const)('follows a rotation of the %s ring', async (which) => {
      const { asks } = await open();
      const ask = (keys: KeySet) => (which === 'seal' ? asks(keys, first) : asks(first, keys));
      for (const keys of [first, both, rotated]) expect(await ask(keys)).toBeUndefined();
      // The other machine's file was not activated yet, but has the key.
      expect(await ask(both)).toBeUndefined();
      expect(await ask(second)).toBeUndefined();
      expect(await ask(first)).toEqual({
        ...{ ring: which, wanted: fingerprintOf(k2), found: [fingerprintOf(k1)] },
      });
    });

    it('is a stranger to credentials of before the mark that no key of its opens', async () => {
      const { store, asks } = await open();
      const credentials = [credential('c', { sealed: 'v1.k1.iv.box' })];
      await store.register(registration('ada', { credentials }), NOW_MS);
      expect(await asks(ring('k3', { k3 }), ring('k3', { k3 }))).toMatchObject({ wanted: 'k1' });
      expect(await asks(first, first)).toBeUndefined();
    });
  });
}

it('is told which key is wanted, which it has, and what to do', () => {
  expect(describeStranger({ ring: 'store', wanted: 'a', found: ['b', 'c'] })).toBe(
    'The database belongs to an installation with other keys: it wants the store key a, and this ' +
      'process has b, c. Give it the keys.json of that installation, or another database.',
  );
});
