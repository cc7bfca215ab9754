import { describe, expect, it } from 'vitest';
import { attempt, generous, openRoom, PASSWORD } from './room.ts';

const form = { name: 'ada', password: PASSWORD, inviteToken: undefined };
const wrongCode = (right: string) => (right === '000000' ? '000001' : '000000');

describe('signing up', () => {
  it('makes a person with the first code, and with nothing before it', async () => {
    const room = await openRoom();
    const pending = await room.begin('Ada');
    expect(pending).toMatchObject({
      kind: 'new',
      name: 'Ada',
      groups: [],
      inviteId: null,
      wrongCodes: 0,
    });
    expect(await room.store.hasPerson()).toBe(false);
    const confirmed = await room.confirm(pending);
    expect(confirmed).toMatchObject({ identity: { name: 'Ada', groups: [] }, amr: ['pwd', 'otp'] });
    expect(new Set(confirmed.recoveryCodes).size).toBe(10);
    room.nextStep();
    const code = room.codeFor(pending.uri);
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({
      ok: true,
      recoveryCodesLeft: 10,
    });
    const recovery = confirmed.recoveryCodes[9] ?? '';
    expect(await room.signIn({ name: 'ada', code: recovery })).toMatchObject({ ok: true });
  });

  it('spends the code that confirmed the app', async () => {
    const room = await openRoom();
    const pending = await room.begin('ada');
    const code = room.codeFor(pending.uri);
    await room.confirm(pending);
    expect(await room.signIn({ name: 'ada', code })).toEqual({ ok: false, reason: 'refused' });
  });

  it('asks for no password where the factors have none', async () => {
    const room = await openRoom({ policy: { factors: ['totp'] } });
    const begun = await room.accounts.beginSignUp({ ...form, password: undefined }, attempt);
    if (!begun.ok) throw new Error('refused');
    expect(begun.pending).toMatchObject({ passwordHash: null });
    expect(await room.confirm(begun.pending)).toMatchObject({ amr: ['otp'] });
  });

  it('puts every TOTP setting into the URI', async () => {
    const totp = {
      issuer: 'Tools',
      digits: 8,
      periodSec: 60,
      algorithm: 'SHA256',
      window: 1,
    } as const;
    const room = await openRoom({ policy: { totp } });
    const pending = await room.begin('ada');
    expect(pending.uri).toBe(
      `otpauth://totp/Tools:ada?issuer=Tools&secret=${pending.secret}&algorithm=SHA256&digits=8&period=60`,
    );
    await room.confirm(pending);
  });

  it('says everything that is wrong with a form at once', async () => {
    const room = await openRoom();
    const begun = await room.accounts.beginSignUp(
      { ...form, name: 'a b', password: 'short' },
      attempt,
    );
    expect(begun).toEqual({
      ok: false,
      reason: 'refused',
      problems: {
        username: expect.stringMatching(/letters/),
        password: expect.stringMatching(/at least 12/),
      },
    });
  });
});

describe('a pending enrolment', () => {
  it('keeps its secret after a wrong code, and dies at the tenth', async () => {
    const room = await openRoom();
    const first = await room.begin('ada');
    const wrong = wrongCode(room.codeFor(first.uri));
    let pending = first;
    for (let n = 1; n <= 9; n += 1) {
      const result = await room.accounts.confirm(pending, wrong, attempt);
      if (result.ok || result.reason !== 'wrong-code') throw new Error(JSON.stringify(result));
      expect(result.pending).toEqual({ ...first, wrongCodes: n });
      pending = result.pending;
    }
    const expired = { ok: false, reason: 'expired' };
    expect(await room.accounts.confirm(pending, wrong, attempt)).toEqual(expired);
    const dead = { ...pending, wrongCodes: 10 };
    expect(await room.accounts.confirm(dead, room.codeFor(first.uri), attempt)).toEqual(expired);
    expect(await room.store.hasPerson()).toBe(false);
  });

  it('lives ten minutes', async () => {
    const room = await openRoom();
    const [early, late] = [await room.begin('ada'), await room.begin('eve')];
    room.skip(10 * 60_000 - 1);
    await room.confirm(early);
    room.skip(1);
    expect(await room.accounts.confirm(late, room.codeFor(late.uri), attempt)).toEqual({
      ok: false,
      reason: 'expired',
    });
  });

  it('attack: wrong codes count against the network, whatever enrolment they are for', async () => {
    const source = { free: 3, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 100 };
    const room = await openRoom({
      policy: { throttle: { ...generous, source }, signup: 'invite' },
    });
    const invite = { kind: 'invite', groups: [], lifetimeMs: 60_000 } as const;
    const inviteToken = (await room.administration.createInvite(invite)).reveal();
    const pending = [
      await room.begin('a1', { inviteToken }),
      await room.begin('a2', { inviteToken }),
    ];
    const results = [];
    for (let n = 0; n < 5; n += 1) {
      results.push(await room.accounts.confirm(pending[n % 2]!, 'wrong', attempt));
    }
    expect(results.map((result) => !result.ok && result.reason)).toEqual([
      'wrong-code',
      'wrong-code',
      'wrong-code',
      'wrong-code',
      'throttled',
    ]);
    expect(await room.accounts.beginSignUp(form, attempt)).toEqual({
      ok: false,
      reason: 'throttled',
      retryAfterSec: 1,
    });
  });
});

describe('attack: making us work', () => {
  const source = { free: 3, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 1_000 };
  const throttle = { ...generous, source };

  it('on open ground every form is counted, also one that is never confirmed', async () => {
    const room = await openRoom({ policy: { throttle } });
    for (let n = 0; n < 4; n += 1) await room.accounts.beginSignUp(form, attempt);
    expect(await room.accounts.beginSignUp(form, attempt)).toEqual({
      ok: false,
      reason: 'throttled',
      retryAfterSec: 1,
    });
  });

  it('but a class of honest people behind one address signs up without waiting', async () => {
    const room = await openRoom({ policy: { throttle } });
    for (let n = 0; n < 8; n += 1) await room.confirm(await room.begin(`pupil${n}`));
  });

  it('nor does somebody with an invitation pay for trying again', async () => {
    const room = await openRoom({ policy: { throttle, signup: 'invite' } });
    const invite = { kind: 'invite', groups: [], lifetimeMs: 60_000 } as const;
    const inviteToken = (await room.administration.createInvite(invite)).reveal();
    for (let n = 0; n < 8; n += 1) {
      const begun = await room.accounts.beginSignUp(
        { ...form, password: 'x', inviteToken },
        attempt,
      );
      expect(begun).toHaveProperty('problems.password');
    }
  });
});

describe('a name that exists', () => {
  it('is refused in every spelling before a password is hashed', async () => {
    const room = await openRoom();
    await room.add('Ada');
    for (const name of ['ada', 'ADA', ' ａｄａ ']) {
      expect(await room.accounts.beginSignUp({ ...form, name, password: 'x' }, attempt)).toEqual({
        ok: false,
        reason: 'refused',
        problems: { username: 'This name is taken. Please choose another one.' },
      });
    }
  });

  it('attack: is never replaced, also when two people confirm it at once', async () => {
    const room = await openRoom();
    const pending = await Promise.all(['ada', 'Ada', 'ADA'].map((name) => room.begin(name)));
    const results = await Promise.all(
      pending.map((p) => room.accounts.confirm(p, room.codeFor(p.uri), attempt)),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.reason === 'name-taken')).toHaveLength(
      2,
    );
    const winner = pending[results.findIndex((result) => result.ok)]!;
    room.nextStep();
    for (const p of pending) {
      const result = await room.signIn({ name: 'ada', code: room.codeFor(p.uri) });
      expect(result.ok).toBe(p === winner);
    }
  });

  it('is their own when they send a form again whose answer was lost', async () => {
    const room = await openRoom();
    const [pending, other] = [await room.begin('ada'), await room.begin('ada')];
    await room.confirm(pending);
    const code = room.codeFor(pending.uri);
    const again = await room.accounts.confirm(pending, code, attempt);
    expect(again).toEqual({ ok: false, reason: 'confirmed-before' });
    const late = await room.accounts.confirm(other, room.codeFor(other.uri), attempt);
    expect(late).toEqual({ ok: false, reason: 'name-taken' });
  });

  it('attack: asking for names is counted, so that nobody reads out the list', async () => {
    const source = { free: 3, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 100 };
    const room = await openRoom({ policy: { throttle: { ...generous, source } } });
    await room.add('ada');
    for (let n = 0; n < 4; n += 1) await room.accounts.beginSignUp(form, attempt);
    expect(await room.accounts.beginSignUp(form, attempt)).toMatchObject({ retryAfterSec: 1 });
  });

  it('attack: without a ground to sign up nothing tells whether it exists', async () => {
    const room = await openRoom({ policy: { signup: 'invite' } });
    await room.add('ada');
    const answers = ['ada', 'eve'].map((name) =>
      room.accounts.beginSignUp({ ...form, name }, attempt),
    );
    const [known, unknown] = await Promise.all(answers);
    expect(known).toEqual(unknown);
    expect(known).toMatchObject({ problems: { form: expect.stringMatching(/invitation/) } });
  });
});

describe('the ground to sign up', () => {
  const invite = { kind: 'invite', groups: ['ops'], lifetimeMs: 60_000 } as const;

  it.each([
    ['open', { kind: 'open' }],
    ['invite', { kind: 'refused', reason: 'invite-needed' }],
    ['closed', { kind: 'refused', reason: 'closed' }],
  ] as const)('without a link, %s', async (signup, ground) => {
    const room = await openRoom({ policy: { signup } });
    expect(await room.accounts.groundFor(undefined)).toEqual(ground);
    expect(await room.accounts.groundFor('')).toEqual(ground);
  });

  it.each([
    ['open', 'invite'],
    ['invite', 'invite'],
    ['closed', 'refused'],
  ] as const)('with an invitation, %s', async (signup, kind) => {
    const room = await openRoom({ policy: { signup } });
    const token = (await room.administration.createInvite(invite)).reveal();
    expect((await room.accounts.groundFor(token)).kind).toBe(kind);
    expect((await room.accounts.groundFor(`${token}x`)).kind).toBe('refused');
  });

  it('is an invitation once, for as long as it lives, with its groups', async () => {
    const room = await openRoom({ policy: { signup: 'invite' } });
    const token = (await room.administration.createInvite(invite)).reveal();
    const [one, other] = await Promise.all([
      room.begin('ada', { inviteToken: token }),
      room.begin('eve', { inviteToken: token }),
    ]);
    expect(await room.confirm(one)).toMatchObject({ identity: { groups: ['ops'] } });
    expect(await room.accounts.confirm(other, room.codeFor(other.uri), attempt)).toEqual({
      ok: false,
      reason: 'invite-spent',
    });
    expect(await room.accounts.groundFor(token)).toEqual({
      kind: 'refused',
      reason: 'invite-unknown',
    });
    const late = (await room.administration.createInvite(invite)).reveal();
    room.skip(60_000);
    expect(await room.accounts.groundFor(late)).toEqual({
      kind: 'refused',
      reason: 'invite-unknown',
    });
  });

  it('keeps no token in the store, only its hash', async () => {
    const stored: string[] = [];
    const room = await openRoom({
      wrap: (store) => ({
        ...store,
        addInvite: (row) => {
          stored.push(JSON.stringify(row));
          return store.addInvite(row);
        },
      }),
    });
    const token = (await room.administration.createInvite(invite)).reveal();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(stored).toHaveLength(1);
    expect(stored.join()).not.toContain(token);
  });

  it('is a link for a new app only where a new app is made', async () => {
    const room = await openRoom();
    await room.add('ada');
    const reset = await room.administration.resetTotp('ada', 60_000);
    expect(await room.accounts.groundFor(reset?.enrolToken.reveal())).toMatchObject({
      kind: 'refused',
    });
  });
});

describe('the set-up link', () => {
  const setup = { kind: 'setup', groups: [], lifetimeMs: 60_000 } as const;

  it.each(['open', 'invite', 'closed'] as const)(
    'makes the first administrator, sign-up %s',
    async (signup) => {
      const room = await openRoom({ policy: { signup } });
      const token = (await room.administration.createInvite(setup)).reveal();
      const pending = await room.begin('ada', { inviteToken: token });
      expect(await room.confirm(pending)).toMatchObject({ identity: { groups: ['admin'] } });
    },
  );

  it.each(['by the command line', 'by signing up'])(
    'is worth nothing once somebody exists %s',
    async (how) => {
      const room = await openRoom();
      const token = (await room.administration.createInvite(setup)).reveal();
      const pending = await room.begin('eve', { inviteToken: token });
      if (how === 'by signing up') await room.confirm(await room.begin('ada'));
      else await room.add('ada');
      expect(await room.accounts.groundFor(token)).toMatchObject({ kind: 'refused' });
      expect(await room.accounts.confirm(pending, room.codeFor(pending.uri), attempt)).toEqual({
        ok: false,
        reason: 'invite-spent',
      });
      const later = (await room.administration.createInvite(setup)).reveal();
      expect(await room.accounts.groundFor(later)).toMatchObject({ kind: 'refused' });
    },
  );

  it('is the newest one only', async () => {
    const room = await openRoom();
    const old = (await room.administration.createInvite(setup)).reveal();
    const latest = (await room.administration.createInvite(setup)).reveal();
    expect(await room.accounts.groundFor(old)).toMatchObject({ kind: 'refused' });
    expect(await room.accounts.groundFor(latest)).toMatchObject({ kind: 'invite' });
  });
});

describe('all or nothing', () => {
  it('attack: a store that dies at the end leaves no person and no spent invitation', async () => {
    const room = await openRoom({
      policy: { signup: 'invite' },
      wrap: (store) => ({
        ...store,
        register: (registration, nowMs) =>
          registration.principal.name === 'ada'
            ? Promise.reject(new Error('killed'))
            : store.register(registration, nowMs),
      }),
    });
    const invite = { kind: 'invite', groups: [], lifetimeMs: 60_000 } as const;
    const token = (await room.administration.createInvite(invite)).reveal();
    const pending = await room.begin('ada', { inviteToken: token });
    await expect(room.confirm(pending)).rejects.toThrow('killed');
    expect(await room.store.hasPerson()).toBe(false);
    await room.confirm(await room.begin('eve', { inviteToken: token }));
  });

  it('writes everything in one call', async () => {
    const kinds: string[] = [];
    const room = await openRoom({
      wrap: (store) => ({
        ...store,
        register: (registration, nowMs) => {
          kinds.push(...registration.credentials.map(({ kind }) => kind));
          return store.register(registration, nowMs);
        },
      }),
    });
    await room.confirm(await room.begin('ada'));
    expect(kinds).toEqual(['password', 'totp', ...Array(10).fill('recovery')]);
  });
});
