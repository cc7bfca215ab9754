import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import { invite } from '../samples.ts';
import type { StoreKind } from '../stores.ts';

export function describeInvites({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('invites', () => {
    it('are found by the hash of their token while they live', async () => {
      const store = await open();
      await store.addInvite(invite('i'));
      expect(await store.findInvite('hash of i', NOW_MS)).toEqual(invite('i'));
      expect(await store.findInvite('hash of j', NOW_MS)).toBeUndefined();
      const { expiresAtMs } = invite('i');
      expect(await store.findInvite('hash of i', expiresAtMs - 1)).toBeDefined();
      expect(await store.findInvite('hash of i', expiresAtMs)).toBeUndefined();
    });

    it('are dropped by kind', async () => {
      const store = await open();
      await store.addInvite(invite('old', { kind: 'setup' }));
      await store.addInvite(invite('older', { kind: 'setup' }));
      await store.addInvite(invite('other'));
      await store.dropInvites('setup');
      expect(await store.findInvite('hash of old', NOW_MS)).toBeUndefined();
      expect(await store.findInvite('hash of older', NOW_MS)).toBeUndefined();
      expect(await store.findInvite('hash of other', NOW_MS)).toBeDefined();
    });
  });
}
