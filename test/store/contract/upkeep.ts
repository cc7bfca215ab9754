import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import { HOUR_MS, invite, parallel, registration, revoked, session, signIn } from '../samples.ts';
import type { StoreKind } from '../stores.ts';

export function describeUpkeep({ found }: StoreKind): void {
  const open = async () => (await found())();

  it('pings, often and at once', async () => {
    const store = await open();
    await parallel(50, () => store.ping());
    await store.ping();
  });

  it('is down once it is closed, and closing it twice is harmless', async () => {
    const store = await open();
    const running = store.register(registration('ada'), NOW_MS);
    await store.close();
    await store.close();
    expect(await running).toBe('created');
    await expect(store.ping()).rejects.toMatchObject({ code: 'E_STORE_DOWN' });
    await expect(store.hasPerson()).rejects.toMatchObject({ code: 'E_STORE_DOWN' });
  });

  describe('purge', () => {
    it('deletes what has expired and nothing else', async () => {
      const store = await open();
      await signIn(store, 'ada');
      await store.createSession(session('dead', 'ada', { expiresAtMs: NOW_MS }));
      await store.createSession(session('alive', 'ada', { expiresAtMs: NOW_MS + 1 }));
      await store.addInvite(invite('dead', { expiresAtMs: NOW_MS }));
      await store.addInvite(invite('alive', { expiresAtMs: NOW_MS + 1 }));
      await store.putFlow('dead', 'sealed', NOW_MS);
      await store.putFlow('alive', 'sealed', NOW_MS + 1);
      await store.purge(NOW_MS);
      const long = NOW_MS - HOUR_MS;
      expect((await store.listSessions('id-ada', long)).map(({ sid }) => sid)).toEqual(['alive']);
      expect(await store.findInvite('hash of dead', long)).toBeUndefined();
      expect(await store.findInvite('hash of alive', long)).toBeDefined();
      expect(await store.getFlow('dead', long)).toBeUndefined();
      expect(await store.getFlow('alive', long)).toBe('sealed');
      expect(await store.getAccount('id-ada')).toBeDefined();
    });

    it('keeps an entry of the feed as long as its seal could open', async () => {
      const store = await open();
      await signIn(store, 'ada', 's1', 's2');
      await store.endSession('s1');
      await store.endSession('s2');
      await store.purge(NOW_MS + HOUR_MS - 1);
      expect(await revoked(store)).toEqual(['s1', 's2']);
      await store.purge(NOW_MS + HOUR_MS);
      // The newest stays, whatever its age.
      expect(await revoked(store)).toEqual(['s2']);
    });

    it('forgets a throttle after 25 hours without an attempt, not before', async () => {
      const store = await open();
      const count = () =>
        store.updateThrottle(['account'], (states) => ({
          next: new Map([
            ['account', { failures: 1, lastFailureMs: 0, dayStartMs: 0, dayAttempts: 1 }],
          ]),
          verdict: states.size,
        }));
      await count();
      await store.purge(NOW_MS + 25 * HOUR_MS - 1);
      expect(await count()).toBe(1);
      await store.purge(NOW_MS + 25 * HOUR_MS);
      expect(await count()).toBe(0);
    });

    it('deletes any number, for several callers at once', async () => {
      const store = await open();
      const keys = Array.from({ length: 1_203 }, (_, index) => `source ${index}`);
      const state = { failures: 1, lastFailureMs: 0, dayStartMs: 0, dayAttempts: 1 };
      const fill = () => ({ next: new Map(keys.map((key) => [key, state])), verdict: 0 });
      await store.updateThrottle(keys, fill);
      await store.putFlow('alive', 'sealed', NOW_MS + 26 * HOUR_MS);
      await parallel(3, () => store.purge(NOW_MS + 25 * HOUR_MS));
      const count = await store.updateThrottle(keys, (states) => ({
        next: new Map(),
        verdict: states.size,
      }));
      expect(count).toBe(0);
      expect(await store.getFlow('alive', NOW_MS)).toBe('sealed');
    });
  });
}
