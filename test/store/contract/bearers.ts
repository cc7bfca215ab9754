import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import { bearer, HOUR_MS, parallel, revoked, tally } from '../samples.ts';
import type { StoreKind } from '../stores.ts';

export function describeBearers({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('bearers', () => {
    it('are found by the hash of their token while they live', async () => {
      const store = await open();
      const phone = bearer('phone', { scopes: ['check:*', 'pass:wiki'] });
      expect(await store.addBearer(phone)).toBe('created');
      expect(await store.findBearer(phone.tokenHash, NOW_MS)).toEqual(phone);
      expect(await store.findBearer('hash of tablet', NOW_MS)).toBeUndefined();
      expect(await store.findBearer(phone.tokenHash, phone.expiresAtMs - 1)).toBeDefined();
      expect(await store.findBearer(phone.tokenHash, phone.expiresAtMs)).toBeUndefined();
    });

    it('have names of their own, also when two are made at once', async () => {
      const store = await open();
      const outcomes = await parallel(20, (i) =>
        store.addBearer(bearer('phone', { id: `b${i}`, tokenHash: `hash ${i}` })),
      );
      expect(tally(outcomes)).toEqual(
        new Map([
          ['created', 1],
          ['name-taken', 19],
        ]),
      );
    });

    it('leave their name to the next when they have expired', async () => {
      const store = await open();
      await store.addBearer(bearer('phone'));
      const createdAtMs = NOW_MS + HOUR_MS;
      const next = bearer('phone', {
        id: 'next',
        tokenHash: 'hash of next',
        createdAtMs,
        expiresAtMs: createdAtMs + HOUR_MS,
      });
      expect(await store.addBearer({ ...next, createdAtMs: createdAtMs - 1 })).toBe('name-taken');
      expect(await store.addBearer(next)).toBe('created');
      expect(await store.listBearers()).toEqual([next]);
    });

    it('are listed by name, and remember their last use', async () => {
      const store = await open();
      for (const name of ['tablet', 'phone']) await store.addBearer(bearer(name));
      await store.noteBearerUse('id-phone', NOW_MS + 5);
      expect(await store.listBearers()).toEqual([
        bearer('phone', { lastUsedAtMs: NOW_MS + 5 }),
        bearer('tablet'),
      ]);
    });

    it('are gone at once when revoked, and every process hears of it', async () => {
      const store = await open();
      await store.addBearer(bearer('phone'));
      await store.addBearer(bearer('tablet'));
      expect(await store.removeBearer('phone')).toBe(true);
      expect(await store.removeBearer('phone')).toBe(false);
      expect(await store.findBearer('hash of phone', NOW_MS)).toBeUndefined();
      expect(await store.findBearer('hash of tablet', NOW_MS)).toBeDefined();
      expect(await revoked(store)).toEqual(['id-phone']);
    });

    it('are purged once they have expired', async () => {
      const store = await open();
      await store.addBearer(bearer('phone'));
      await store.purge(NOW_MS + HOUR_MS - 1);
      expect(await store.listBearers()).toHaveLength(1);
      await store.purge(NOW_MS + HOUR_MS);
      expect(await store.listBearers()).toEqual([]);
    });
  });
}
