import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import type { StoreKind } from '../stores.ts';

export function describeFlows({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('flows', () => {
    it('are kept until they expire', async () => {
      const store = await open();
      await store.putFlow('f', 'sealed', NOW_MS + 1);
      expect(await store.getFlow('f', NOW_MS)).toBe('sealed');
      expect(await store.getFlow('f', NOW_MS + 1)).toBeUndefined();
      expect(await store.getFlow('g', NOW_MS)).toBeUndefined();
    });

    it('are replaced as a whole', async () => {
      const store = await open();
      await store.putFlow('f', 'first', NOW_MS + 1);
      await store.putFlow('f', 'second', NOW_MS + 9);
      expect(await store.getFlow('f', NOW_MS + 8)).toBe('second');
    });

    it('are dropped, twice if need be', async () => {
      const store = await open();
      await store.putFlow('f', 'sealed', NOW_MS + 1);
      await store.dropFlow('f');
      await store.dropFlow('f');
      expect(await store.getFlow('f', NOW_MS)).toBeUndefined();
    });
  });
}
