import { describe, expect, it } from 'vitest';
import type { CredentialReplacement } from '../../../src/store/contract.ts';
import { NOW_MS } from '../now.ts';
import { credential, invite, parallel, registration, revoked, signIn } from '../samples.ts';
import type { StoreKind } from '../stores.ts';

const replacement = (more: Partial<CredentialReplacement> = {}): CredentialReplacement => ({
  principalId: 'id-ada',
  kinds: ['totp'],
  credentials: [credential('new-app')],
  inviteId: null,
  nowMs: NOW_MS + 1,
  ...more,
});

export function describeCredentials({ found, name }: StoreKind): void {
  const open = async () => {
    const store = await (await found())();
    await store.register(registration('ada'), NOW_MS);
    return store;
  };

  describe('countSealed', () => {
    it('counts credentials and flows by the key that opens them', async () => {
      const store = await open();
      const sealed = ['v1.old1.iv.box', 'v1.old1.iv.other', 'v1.old12.iv.box'];
      const credentials = sealed.map((text, i) => ({ ...credential(`c${i}`), sealed: text }));
      await store.replaceCredentials(replacement({ credentials }));
      expect(await store.countSealed('old1', NOW_MS)).toBe(2);
      expect(await store.countSealed('old12', NOW_MS)).toBe(1);
      expect(await store.countSealed('new', NOW_MS)).toBe(0);
    });
  });

  describe('reseal', () => {
    it('walks through every credential in pages, each once', async () => {
      const store = await open();
      await store.register(registration('bob'), NOW_MS);
      const seen: string[] = [];
      for (let after = ''; ; after = seen.at(-1) ?? '') {
        const page = await store.listCredentials(after, 3);
        if (page.length === 0) break;
        seen.push(...page.map(({ id }) => id));
      }
      expect(seen).toEqual(['password-ada', 'password-bob', 'totp-ada', 'totp-bob']);
    });

    it('replaces what is as it was read, and leaves the rest of the row alone', async () => {
      const store = await open();
      await store.spendStep('totp-ada', 5);
      await signIn(store, 'ada', 's1');
      const changes = [
        { id: 'totp-ada', from: 'sealed totp-ada', to: 'new' },
        { id: 'password-ada', from: 'changed since', to: 'lost' },
        { id: 'gone', from: 'a', to: 'b' },
      ];
      expect(await store.reseal(changes)).toBe(1);
      const account = await store.getAccount('id-ada');
      expect(account?.credentials.map((c) => [c.id, c.sealed, c.lastStep])).toEqual([
        ['password-ada', 'sealed password-ada', -1],
        ['totp-ada', 'new', 5],
      ]);
      expect(await revoked(store)).toEqual([]);
    });

    it('loses nothing where several do it at once', async () => {
      const store = await open();
      const from = 'sealed totp-ada';
      const counts = await parallel(10, (i) =>
        store.reseal([{ id: 'totp-ada', from, to: `new${i}` }]),
      );
      expect(counts.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });
  });

  describe('marks', () => {
    it('are set once, and changed by whoever knows the last one', async () => {
      const store = await open();
      expect(await store.readMark('keys')).toBeUndefined();
      const first = await parallel(5, (i) => store.setMark('keys', undefined, `v${i}`));
      expect(first.filter(Boolean)).toHaveLength(1);
      const mark = (await store.readMark('keys')) ?? '';
      expect(await store.setMark('keys', 'another', 'x')).toBe(false);
      expect(await store.setMark('keys', mark, 'next')).toBe(true);
      expect(await store.readMark('keys')).toBe('next');
    });
  });

  it('tells the time of a database that has a clock', async () => {
    const store = await open();
    const timeMs = await store.timeMs();
    if (name === 'PostgreSQL') expect(Math.abs(timeMs! - Date.now())).toBeLessThan(60_000);
    else expect(timeMs).toBeUndefined();
  });

  describe('spendStep', () => {
    it('works once, and never again for this step or an earlier one', async () => {
      const store = await open();
      expect(await store.spendStep('totp-ada', 100)).toBe(true);
      expect(await store.spendStep('totp-ada', 100)).toBe(false);
      expect(await store.spendStep('totp-ada', 99)).toBe(false);
      expect(await store.spendStep('totp-ada', 101)).toBe(true);
      expect((await store.getAccount('id-ada'))?.credentials.map((c) => c.lastStep)).toEqual([
        -1, 101,
      ]);
    });

    it('takes step 0, which a recovery code spends', async () => {
      const store = await open();
      expect(await store.spendStep('totp-ada', 0)).toBe(true);
      expect(await store.spendStep('totp-ada', 0)).toBe(false);
    });

    it('lets exactly one of 1,000 identical codes in', async () => {
      const store = await open();
      const outcomes = await parallel(1_000, () => store.spendStep('totp-ada', 7));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('never goes back, in whatever order racing steps arrive', async () => {
      const store = await open();
      const steps = Array.from({ length: 50 }, (_, index) => (index * 37) % 50);
      const spent = await Promise.all(
        steps.map(async (step) => ((await store.spendStep('totp-ada', step)) ? step : -1)),
      );
      expect(spent).toContain(49);
      // One connection keeps the order of asking; of two, the second may be served first.
      const inOrder = spent.filter((step) => step >= 0);
      if (name.startsWith('SQLite')) expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
      const again = await Promise.all(steps.map((step) => store.spendStep('totp-ada', step)));
      expect(again).not.toContain(true);
      expect((await store.getAccount('id-ada'))?.credentials.map((c) => c.lastStep)).toContain(49);
    });

    it('spends nothing of an unknown credential', async () => {
      const store = await open();
      expect(await store.spendStep('nothing', 1)).toBe(false);
    });
  });

  describe('replaceCredentials', () => {
    it('removes the named kinds, adds the new ones and leaves the others', async () => {
      const store = await open();
      expect(await store.replaceCredentials(replacement())).toBe('replaced');
      const account = await store.getAccount('id-ada');
      expect(account?.credentials.map(({ id }) => id)).toEqual(['password-ada', 'new-app']);
      expect(account?.credentials[1]?.createdAtMs).toBe(NOW_MS + 1);
    });

    it('only removes where nothing new is given', async () => {
      const store = await open();
      await store.replaceCredentials(
        replacement({ kinds: ['totp', 'password', 'recovery'], credentials: [] }),
      );
      expect((await store.getAccount('id-ada'))?.credentials).toEqual([]);
    });

    it('kills the old secret at once', async () => {
      const store = await open();
      await store.replaceCredentials(replacement());
      expect(await store.spendStep('totp-ada', 1)).toBe(false);
      expect(await store.spendStep('new-app', 1)).toBe(true);
    });

    it("ends the principal's sessions and nobody else's", async () => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      await signIn(store, 'bob', 's2');
      await store.replaceCredentials(replacement());
      expect(await revoked(store)).toEqual(['s1']);
      expect(await store.listSessions('id-bob', NOW_MS)).toHaveLength(1);
    });

    it('says when there is nobody, and keeps the invite', async () => {
      const store = await open();
      await store.addInvite(invite('i', { kind: 'enrol', principalId: 'id-ada' }));
      const change = replacement({ principalId: 'nobody', inviteId: 'i' });
      expect(await store.replaceCredentials(change)).toBe('no-principal');
      expect(await store.findInvite('hash of i', NOW_MS)).toBeDefined();
    });

    it('uses the link of the person up, once', async () => {
      const store = await open();
      await store.addInvite(invite('i', { kind: 'enrol', principalId: 'id-ada' }));
      const [first, second] = await parallel(2, (index) =>
        store.replaceCredentials(
          replacement({ inviteId: 'i', credentials: [credential(`app${index}`)] }),
        ),
      );
      expect([first, second].toSorted()).toEqual(['invite-spent', 'replaced']);
      const apps = (await store.getAccount('id-ada'))?.credentials.map(({ id }) => id);
      expect(apps).toEqual(['password-ada', first === 'replaced' ? 'app0' : 'app1']);
    });

    it.each([
      ["another person's link", invite('i', { kind: 'enrol', principalId: 'id-bob' })],
      ["a newcomer's invite", invite('i')],
      ['an expired link', invite('i', { principalId: 'id-ada', expiresAtMs: NOW_MS + 1 })],
    ])('changes nothing with %s', async (_, wrong) => {
      const store = await open();
      await signIn(store, 'ada', 's1');
      await signIn(store, 'bob');
      await store.addInvite(wrong);
      const before = await store.getAccount('id-ada');
      expect(await store.replaceCredentials(replacement({ inviteId: 'i' }))).toBe('invite-spent');
      expect(await store.getAccount('id-ada')).toEqual(before);
      expect(await revoked(store)).toEqual([]);
    });
  });
}
