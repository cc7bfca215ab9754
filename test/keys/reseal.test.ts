import { describe, expect, it } from 'vitest';
import { createEnvelope } from '../../src/accounts/envelope.ts';
import { systemRandom as random } from '../../src/core/ports.ts';
import { resealCredentials } from '../../src/keys/reseal.ts';
import type { Resealing, Store } from '../../src/store/contract.ts';
import { NOW_MS } from '../store/now.ts';
import { credential, person } from '../store/samples.ts';
import { stores } from '../store/stores.ts';

const [k1, k2] = [random.bytes(32), random.bytes(32)] as const;
const before = { currentId: 'k1', keys: new Map([['k1', k1]]) };
/** As a process sees it that has not heard yet that k2 seals. */
const lagging = { currentId: 'k1', keys: new Map([...before.keys, ['k2', k2]]) };
const after = { currentId: 'k2', keys: lagging.keys, replacedIds: new Set(['k1']) };
const alone = { currentId: 'k2', keys: new Map([['k2', k2]]) };
const PEOPLE = 130;

for (const { name, isMissing, found } of stores) {
  describe.skipIf(isMissing === true)(`credentials in a ${name} store`, () => {
    const fill = async (store: Store) => {
      const envelope = createEnvelope({ keys: before, random });
      for (let i = 0; i < PEOPLE; i += 1) {
        const owner = { kind: 'totp' as const, principalId: `id-p${i}`, credentialId: `c${i}` };
        const sealed = envelope.seal(owner, `secret ${i}`);
        const credentials = [credential(`c${i}`, { sealed })];
        await store.register({ principal: person(`p${i}`), credentials, inviteId: null }, NOW_MS);
      }
    };
    const secretOf = async (store: Store, i: number) => {
      const account = await store.getAccount(`id-p${i}`);
      const owner = { kind: 'totp' as const, principalId: `id-p${i}`, credentialId: `c${i}` };
      return createEnvelope({ keys: alone, random }).open(
        owner,
        account?.credentials[0]?.sealed ?? '',
      );
    };

    it('open with the next key alone afterwards, also after a walk that stopped half-way', async () => {
      const store = await (await found())();
      await fill(store);
      let batches = 0;
      const deps = { store, storeKeys: after, random };
      const first = await resealCredentials(deps, () => batches++ === 1);
      expect(first).toEqual({ resealed: 100, damaged: 0 });
      expect(await store.countSealed('k1', NOW_MS)).toBe(PEOPLE - 100);
      expect(await resealCredentials(deps)).toEqual({ resealed: PEOPLE - 100, damaged: 0 });
      expect(await store.countSealed('k1', NOW_MS)).toBe(0);
      for (let i = 0; i < PEOPLE; i += 1) expect(await secretOf(store, i)).toBe(`secret ${i}`);
    });

    it('are sealed once by several processes at once, and never back by one that lags', async () => {
      const store = await (await found())();
      await fill(store);
      const walks = await Promise.all(
        [after, after, lagging].map((storeKeys) => resealCredentials({ store, storeKeys, random })),
      );
      expect(walks.map(({ resealed }) => resealed).reduce((a, b) => a + b)).toBe(PEOPLE);
      expect(walks[2]?.resealed).toBe(0);
      const late = await resealCredentials({ store, storeKeys: lagging, random });
      expect(late).toEqual({ resealed: 0, damaged: 0 });
      expect(await store.countSealed('k1', NOW_MS)).toBe(0);
    });

    it('that change while they are walked through keep the change', async () => {
      const store = await (await found())();
      await fill(store);
      const late = {
        ...store,
        async reseal(changes: readonly Resealing[]) {
          await store.removePrincipal('id-p1');
          const credentials = [credential('c2', { sealed: 'v1.k2.new' })];
          const change = { principalId: 'id-p2', kinds: ['totp' as const], credentials };
          await store.replaceCredentials({ ...change, inviteId: null, nowMs: NOW_MS });
          return store.reseal(changes);
        },
      };
      const { resealed } = await resealCredentials({ store: late, storeKeys: after, random });
      expect(resealed).toBe(PEOPLE - 2);
      expect((await store.getAccount('id-p2'))?.credentials[0]?.sealed).toBe('v1.k2.new');
      expect(await store.getAccount('id-p1')).toBeUndefined();
    });
  });
}
