import { describe, expect, it } from 'vitest';
import type { Store, ThrottleState } from '../../../src/store/contract.ts';
import { NOW_MS } from '../now.ts';
import { parallel } from '../samples.ts';
import type { StoreKind } from '../stores.ts';

const state = (failures: number): ThrottleState => ({
  failures,
  lastFailureMs: NOW_MS,
  dayStartMs: NOW_MS - 5,
  dayAttempts: failures * 2,
});

/** Counts one failure under each key; the verdict is what was there before. */
const countFailure = (store: Store, ...keys: string[]) =>
  store.updateThrottle(keys, (states) => ({
    next: new Map(keys.map((key) => [key, state((states.get(key)?.failures ?? 0) + 1)])),
    verdict: keys.map((key) => states.get(key)?.failures ?? 0),
  }));

const read = (store: Store, ...keys: string[]) =>
  store.updateThrottle(keys, (states) => ({ next: new Map(), verdict: states }));

export function describeThrottles({ found }: StoreKind): void {
  const open = async () => (await found())();

  describe('updateThrottle', () => {
    it('shows the rule the states that exist, and keeps what it answers', async () => {
      const store = await open();
      expect(await countFailure(store, 'account', 'source')).toEqual([0, 0]);
      expect(await countFailure(store, 'account')).toEqual([1]);
      expect(await read(store, 'account', 'source', 'unknown')).toEqual(
        new Map([
          ['account', state(2)],
          ['source', state(1)],
        ]),
      );
    });

    it('writes what the rule says, and leaves what it does not name', async () => {
      const store = await open();
      await countFailure(store, 'account', 'source');
      await store.updateThrottle(['account', 'source'], () => ({
        next: new Map([['account', state(7)]]),
        verdict: 'fine',
      }));
      expect(await read(store, 'account', 'source')).toEqual(
        new Map([
          ['account', state(7)],
          ['source', state(1)],
        ]),
      );
    });

    it('counts attempts that come at once one by one', async () => {
      const store = await open();
      const verdicts = await parallel(100, () => countFailure(store, 'account'));
      const seen = verdicts.flat().toSorted((a, b) => a - b);
      expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
      expect(await read(store, 'account')).toEqual(new Map([['account', state(100)]]));
    });

    it('changes nothing when the rule throws, and passes its error on', async () => {
      const store = await open();
      await countFailure(store, 'account');
      const fault = new RangeError('the rule is wrong');
      const attempt = store.updateThrottle(['account'], () => {
        throw fault;
      });
      await expect(attempt).rejects.toBe(fault);
      expect(await countFailure(store, 'account')).toEqual([1]);
    });

    it('takes no keys at all', async () => {
      const store = await open();
      expect(await read(store)).toEqual(new Map());
    });
  });
}
