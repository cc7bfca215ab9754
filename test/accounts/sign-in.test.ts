import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/contract.ts';
import { attempt, generous, openRoom, PASSWORD } from './room.ts';

const REFUSED = { ok: false, reason: 'refused' };

describe('signing in', () => {
  it('takes password and code, and tells who it is', async () => {
    const room = await openRoom();
    const ada = await room.add('Ada', { groups: ['ops', 'admin'] });
    expect(await room.signIn({ name: ' ADA ', code: ada.code() })).toEqual({
      ok: true,
      identity: { id: ada.principal.id, name: 'Ada', groups: ['admin', 'ops'] },
      amr: ['pwd', 'otp'],
      credentialIds: [expect.any(String), expect.any(String)],
      recoveryCodesLeft: 10,
    });
  });

  it('takes a code as apps show it', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const code = ada.code().replace(/^(...)/, '$1 ');
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it.each([-1, 1])('takes the code of the neighbouring step %i', async (steps) => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const code = ada.code();
    room.skip(-steps * 30_000);
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it('asks for no password where the factors have none', async () => {
    const room = await openRoom({ policy: { factors: ['totp'] } });
    const ada = await room.add('ada');
    const result = await room.signIn({ name: 'ada', password: undefined, code: ada.code() });
    expect(result).toMatchObject({ ok: true, amr: ['otp'] });
  });

  it('goes on with an app that was set up under another policy', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    Object.assign(room.deps.policy.totp, { digits: 8, periodSec: 60, algorithm: 'SHA512' });
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({ ok: true });
  });
});

describe('a code works once', () => {
  it('in sequence, and never for an earlier step', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const early = ada.code();
    room.nextStep();
    const late = ada.code();
    expect(await room.signIn({ name: 'ada', code: late })).toMatchObject({ ok: true });
    expect(await room.signIn({ name: 'ada', code: late })).toEqual(REFUSED);
    expect(await room.signIn({ name: 'ada', code: early })).toEqual(REFUSED);
  });

  it('attack: many parallel sign-ins with one code give one success', async () => {
    const room = await openRoom({ policy: { factors: ['totp'] } });
    const ada = await room.add('ada');
    const code = ada.code();
    const all = await Promise.all(
      Array.from({ length: 30 }, () => room.signIn({ name: 'ada', code })),
    );
    expect(all.filter((result) => result.ok)).toHaveLength(1);
  });

  it('and a wrong password does not spend it', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const code = ada.code();
    expect(await room.signIn({ name: 'ada', password: 'wrong wrong wrong', code })).toEqual(
      REFUSED,
    );
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });
});

describe('a recovery code', () => {
  it('stands in for the app once, and says how many are left', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const code = ada.recoveryCodes[3]?.toUpperCase().replaceAll('-', ' ') ?? '';
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({
      ok: true,
      amr: ['pwd', 'rec'],
      recoveryCodesLeft: 9,
    });
    expect(await room.signIn({ name: 'ada', code })).toEqual(REFUSED);
    expect(await room.signIn({ name: 'ada', code: ada.recoveryCodes[4] ?? '' })).toMatchObject({
      recoveryCodesLeft: 8,
    });
    expect(room.events).toContainEqual({
      ...attempt,
      type: 'recovery-code-used',
      name: 'ada',
      left: 9,
    });
  });

  it('needs the password too, and is not spent by a wrong one', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const code = ada.recoveryCodes[0] ?? '';
    expect(await room.signIn({ name: 'ada', password: 'wrong wrong wrong', code })).toEqual(
      REFUSED,
    );
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it('is worth nothing for somebody else', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    await room.add('eve');
    expect(await room.signIn({ name: 'eve', code: ada.recoveryCodes[0] ?? '' })).toEqual(REFUSED);
  });

  it('attack: parallel sign-ins with one give one success', async () => {
    const room = await openRoom({ policy: { factors: ['totp'] } });
    const ada = await room.add('ada');
    const code = ada.recoveryCodes[0] ?? '';
    const all = await Promise.all(
      Array.from({ length: 20 }, () => room.signIn({ name: 'ada', code })),
    );
    expect(all.filter((result) => result.ok)).toHaveLength(1);
  });
});

describe('attack: finding out who exists', () => {
  /** Counts what a sign-in asks of the store, method by method. */
  const counting = (calls: string[]) => (store: Store) =>
    new Proxy(store, {
      get(target, method: keyof Store) {
        const original = target[method];
        if (typeof original !== 'function') return original;
        return (...args: never[]) => {
          calls.push(method);
          return (original as (...args: never[]) => unknown)(...args);
        };
      },
    });

  it.each([
    ['a wrong code', '000000'],
    ['a wrong recovery code', 'k7qd-0m3x-9htw-ev2c'],
    ['rubbish for a code', 'x'.repeat(2_000)],
  ])(
    'unknown, disabled, half-equipped and known names get the same answer for the same work: %s',
    async (_, code) => {
      const calls: string[] = [];
      const room = await openRoom({ wrap: counting(calls) });
      await room.add('known');
      await room.add('disabled');
      await room.administration.setDisabled('disabled', true);
      await room.add('appless');
      await room.administration.resetTotp('appless', 60_000);
      const { principal } = await room.add('passwordless');
      await room.store.replaceCredentials({
        principalId: principal.id,
        kinds: ['password'],
        credentials: [],
        inviteId: null,
        nowMs: room.clock.ms,
      });
      const seen = new Set<string>();
      for (const name of [
        'known',
        'unknown',
        'disabled',
        'appless',
        'passwordless',
        'no such name!',
        '',
      ]) {
        let recognised = 0;
        calls.length = 0;
        const recogniseBrowser = async () => {
          recognised += 1;
          return undefined;
        };
        const result = await room.signIn({ name, code, recogniseBrowser });
        seen.add(JSON.stringify({ result, recognised, calls }));
      }
      expect([...seen]).toEqual([
        JSON.stringify({
          result: REFUSED,
          recognised: 1,
          calls: ['findPrincipal', 'updateThrottle', 'getAccount'],
        }),
      ]);
    },
  );

  it('reads no credentials for whoever must wait: their number would take its time', async () => {
    const calls: string[] = [];
    const account = { free: 0, baseWaitMs: 10_000, maxWaitMs: 60_000, perDay: 60 };
    const room = await openRoom({
      policy: { throttle: { ...generous, account } },
      wrap: counting(calls),
    });
    await room.add('known');
    for (const name of ['known', 'unknown']) {
      await room.signIn({ name });
      calls.length = 0;
      expect(await room.signIn({ name })).toMatchObject({ reason: 'throttled' });
      expect(calls).toEqual(['findPrincipal', 'updateThrottle']);
    }
  });

  it('costs the same computing time for names that exist and names that do not', async () => {
    const room = await openRoom();
    await room.add('known');
    await room.add('disabled');
    await room.administration.setDisabled('disabled', true);
    const names = ['known', 'unknown', 'disabled', 'not a name'];
    const costs = new Map<string, number[]>(names.map((name) => [name, []]));
    for (let round = 0; round < 7; round += 1) {
      for (const name of names) {
        // Of this process and all its threads: a busy machine does not change it.
        const before = process.cpuUsage();
        await room.signIn({ name });
        const { user, system } = process.cpuUsage(before);
        costs.get(name)?.push(user + system);
      }
    }
    const medians = [...costs.values()].map((us) => us.sort((a, b) => a - b)[3] ?? 0);
    // A hash is some 40 ms; leaving it out would be a factor of twenty or more.
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3);
  });

  it('is not helped by right proofs of somebody who is disabled', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    await room.administration.setDisabled('ada', true);
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toEqual(REFUSED);
    await room.administration.setDisabled('ada', false);
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({ ok: true });
  });

  it('meets the same throttle for names that do not exist', async () => {
    const account = { free: 2, baseWaitMs: 10_000, maxWaitMs: 60_000, perDay: 60 };
    const room = await openRoom({ policy: { throttle: { ...generous, account } } });
    await room.add('known');
    for (const name of ['known', 'unknown', 'not a name']) {
      const results = [];
      for (let n = 0; n < 4; n += 1) results.push(await room.signIn({ name }));
      expect(results).toEqual([
        REFUSED,
        REFUSED,
        REFUSED,
        { ok: false, reason: 'throttled', retryAfterSec: 10 },
      ]);
    }
  });
});

describe('a fault while checking', () => {
  it('is thrown, and the attempt stays counted: an outage is no free guess', async () => {
    const account = { free: 0, baseWaitMs: 10_000, maxWaitMs: 60_000, perDay: 60 };
    const room = await openRoom({
      policy: { factors: ['totp'], throttle: { ...generous, account } },
      wrap: (store) => ({ ...store, spendStep: () => Promise.reject(new Error('down')) }),
    });
    const ada = await room.add('ada');
    await expect(room.signIn({ name: 'ada', code: ada.code() })).rejects.toThrow('down');
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({
      reason: 'throttled',
    });
  });

  it('a flood is answered E_BUSY, and what nobody looked at is not counted', async () => {
    // A day's bucket holds 65 attempts: 60 at once fit, and 42 of them are looked at.
    const source = { ...generous.source, perDay: 130 };
    const allThere = Promise.withResolvers<void>();
    let arrived = 0;
    const room = await openRoom({
      policy: { throttle: { ...generous, source } },
      // Nobody is looked at before everybody waits, however long a slow store takes for them.
      wrap: (store) => ({
        ...store,
        async getAccount(...args) {
          const account = await store.getAccount(...args);
          arrived += 1;
          if (arrived === 60) allThere.resolve();
          await allThere.promise;
          return account;
        },
      }),
    });
    const all = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => room.signIn({ name: `n${n}` })),
    );
    const busy = all.filter((result) => result.status === 'rejected');
    expect(busy).toHaveLength(18);
    for (const result of busy) expect(result).toMatchObject({ reason: { code: 'E_BUSY' } });
    for (let n = 0; n < 10; n += 1) expect(await room.signIn({ name: 'ada' })).toEqual(REFUSED);
  });

  it('a credential row moved to another person is a fault, not a way in', async () => {
    const room = await openRoom({
      policy: { factors: ['totp'] },
      wrap: (store) => ({
        ...store,
        async getAccount(...args) {
          const account = await store.getAccount(...args);
          const eve = await store.findAccount('person', '', 'eve');
          const credentials = eve?.credentials.map((c) => ({
            ...c,
            principalId: account?.principal.id ?? '',
          }));
          return account && { ...account, credentials: credentials ?? [] };
        },
      }),
    });
    const eve = await room.add('eve');
    await room.add('ada');
    await expect(room.signIn({ name: 'ada', code: eve.code() })).rejects.toMatchObject({
      code: 'E_INTERNAL',
    });
  });
});

describe('the audit of signing in', () => {
  it('names only people who exist, and remembers every attempt', async () => {
    const account = { free: 1, baseWaitMs: 10_000, maxWaitMs: 60_000, perDay: 60 };
    const room = await openRoom({ policy: { throttle: { ...generous, account } } });
    const ada = await room.add('Ada');
    room.events.length = 0;
    await room.signIn({ name: PASSWORD });
    await room.signIn({ name: 'ada', code: ada.code() });
    for (let n = 0; n < 3; n += 1) await room.signIn({ name: 'ada' });
    const base = { ...attempt, type: 'sign-in' };
    expect(room.events).toEqual([
      { ...base, outcome: 'refused' },
      { ...base, outcome: 'success', name: 'Ada', amr: ['pwd', 'otp'] },
      { ...base, outcome: 'refused', name: 'Ada' },
      { ...base, outcome: 'refused', name: 'Ada' },
      { ...base, outcome: 'throttled', name: 'Ada' },
    ]);
  });
});
