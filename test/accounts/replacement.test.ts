import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/core/identity.ts';
import { Secret } from '../../src/core/secret.ts';
import { attempt, generous, openRoom, PASSWORD } from './room.ts';

const REFUSED = {
  ok: false,
  reason: 'refused',
  problems: { form: expect.stringMatching(/did not match/) },
};

async function openWithAda(options: Parameters<typeof openRoom>[0] = {}) {
  const room = await openRoom(options);
  const ada = await room.add('ada', { groups: ['ops'] });
  const identity: Identity = { id: ada.principal.id, name: 'ada', groups: ['ops'] };
  const newSession = (sid: string) =>
    room.store.createSession({
      sid,
      principalId: identity.id,
      amr: ['pwd', 'otp'],
      createdAtMs: room.clock.ms,
      expiresAtMs: room.clock.ms + 3_600_000,
    });
  const sessions = async () => (await room.store.listSessions(identity.id, room.clock.ms)).length;
  const replace = (proofs: { password?: string; code: string }) =>
    room.accounts.beginReplacement(identity, { password: PASSWORD, ...proofs }, attempt);
  return { ...room, ada, identity, newSession, sessions, replace };
}

describe('a new app with the old one', () => {
  it('kills the old secret, the old recovery codes and every session', async () => {
    const room = await openWithAda();
    await room.newSession('s1');
    const begun = await room.replace({ code: room.ada.code() });
    if (!begun.ok) throw new Error('refused');
    expect(begun.pending).toMatchObject({
      kind: 'replace',
      name: 'ada',
      principalId: room.identity.id,
    });
    expect(await room.sessions()).toBe(1);
    const confirmed = await room.confirm(begun.pending);
    expect(confirmed).toMatchObject({ identity: room.identity, amr: ['pwd', 'otp'] });
    expect(confirmed.recoveryCodes).toHaveLength(10);
    expect(await room.sessions()).toBe(0);
    room.nextStep();
    expect(await room.signIn({ name: 'ada', code: room.ada.code() })).toMatchObject({ ok: false });
    expect(await room.signIn({ name: 'ada', code: room.ada.recoveryCodes[0] ?? '' })).toMatchObject(
      { ok: false },
    );
    expect(
      await room.signIn({ name: 'ada', code: confirmed.recoveryCodes[0] ?? '' }),
    ).toMatchObject({ ok: true });
    expect(await room.signIn({ name: 'ada', code: room.codeFor(begun.pending.uri) })).toMatchObject(
      { ok: true },
    );
  });

  it('changes nothing until the new app’s first code', async () => {
    const room = await openWithAda();
    const begun = await room.replace({ code: room.ada.code() });
    if (!begun.ok) throw new Error('refused');
    const wrong = await room.accounts.confirm(begun.pending, 'wrong', attempt);
    expect(wrong).toMatchObject({ ok: false, reason: 'wrong-code' });
    room.nextStep();
    expect(await room.signIn({ name: 'ada', code: room.ada.code() })).toMatchObject({ ok: true });
  });

  it('attack: a borrowed session without password or code gets nowhere, and is counted', async () => {
    const device = { free: 2, baseWaitMs: 5_000, maxWaitMs: 60_000, perDay: 40 };
    const room = await openWithAda({ policy: { throttle: { ...generous, device } } });
    const code = room.ada.code();
    expect(await room.replace({ code: '000000' })).toEqual(REFUSED);
    expect(await room.replace({ password: 'wrong wrong wrong', code })).toEqual(REFUSED);
    expect(await room.replace({ password: 'wrong wrong wrong', code })).toEqual(REFUSED);
    expect(await room.replace({ code })).toEqual({
      ok: false,
      reason: 'throttled',
      retryAfterSec: 5,
    });
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it('attack: the code that opened it is spent', async () => {
    const room = await openWithAda();
    const code = room.ada.code();
    expect(await room.replace({ code })).toMatchObject({ ok: true });
    expect(await room.replace({ code })).toEqual(REFUSED);
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: false });
  });

  it('attack: two confirmations at once replace once, and every code shown is alive', async () => {
    const room = await openWithAda();
    const begun = await room.replace({ code: room.ada.code() });
    if (!begun.ok) throw new Error('refused');
    const code = room.codeFor(begun.pending.uri);
    const results = await Promise.all(
      [1, 2, 3].map(() => room.accounts.confirm(begun.pending, code, attempt)),
    );
    const [shown, ...others] = results.filter((result) => result.ok);
    expect(others).toEqual([]);
    const recovery = shown?.recoveryCodes[0] ?? '';
    expect(await room.signIn({ name: 'ada', code: recovery })).toMatchObject({ ok: true });
  });

  it('may be opened with a recovery code: the phone is gone', async () => {
    const room = await openWithAda();
    expect(await room.replace({ code: room.ada.recoveryCodes[0] ?? '' })).toMatchObject({
      ok: true,
    });
    expect(room.events).toContainEqual({
      ...attempt,
      type: 'recovery-code-used',
      name: 'ada',
      left: 9,
    });
  });

  it('attack: strangers who guess at the sign-in page do not keep the owner from it', async () => {
    const account = { free: 0, baseWaitMs: 60_000, maxWaitMs: 60_000, perDay: 60 };
    const room = await openWithAda({ policy: { throttle: { ...generous, account } } });
    await room.signIn({ name: 'ada' });
    expect(await room.signIn({ name: 'ada' })).toMatchObject({ reason: 'throttled' });
    expect(await room.replace({ code: room.ada.code() })).toMatchObject({ ok: true });
  });

  it.each(['disabled', 'removed'] as const)('is not for somebody %s meanwhile', async (what) => {
    const room = await openWithAda();
    const begun = await room.replace({ code: room.ada.code() });
    if (!begun.ok) throw new Error('refused');
    if (what === 'disabled') await room.administration.setDisabled('ada', true);
    else await room.administration.removeUser('ada');
    const { pending } = begun;
    expect(await room.accounts.confirm(pending, room.codeFor(pending.uri), attempt)).toEqual({
      ok: false,
      reason: 'expired',
    });
    room.nextStep();
    expect(await room.replace({ code: room.ada.code() })).toEqual(REFUSED);
  });
});

describe('a new app by the operator’s link', () => {
  async function openWithLink(options: Parameters<typeof openRoom>[0] = {}) {
    const room = await openWithAda(options);
    await room.newSession('s1');
    const reset = await room.administration.resetTotp('ADA', 60_000);
    const token = reset?.enrolToken.reveal() ?? '';
    const follow = (form: { token?: string; password?: string } = {}) =>
      room.accounts.beginByLink({ token, password: PASSWORD, ...form }, attempt);
    return { ...room, token, follow };
  }

  it('is the only way in: the old app, its recovery codes and sessions died at once', async () => {
    const room = await openWithLink();
    expect(await room.sessions()).toBe(0);
    expect(await room.signIn({ name: 'ada', code: room.ada.code() })).toMatchObject({ ok: false });
    expect(await room.signIn({ name: 'ada', code: room.ada.recoveryCodes[0] ?? '' })).toMatchObject(
      { ok: false },
    );
    const begun = await room.follow();
    if (!begun.ok) throw new Error('refused');
    await room.confirm(begun.pending);
    room.nextStep();
    const code = room.codeFor(begun.pending.uri);
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it('has worked when a form is sent again whose answer was lost', async () => {
    const room = await openWithLink();
    const begun = await room.follow();
    if (!begun.ok) throw new Error('refused');
    await room.confirm(begun.pending);
    const code = room.codeFor(begun.pending.uri);
    const again = await room.accounts.confirm(begun.pending, code, attempt);
    expect(again).toEqual({ ok: false, reason: 'confirmed-before' });
  });

  it('works once, and while it lives', async () => {
    const room = await openWithLink();
    const [one, other] = [await room.follow(), await room.follow()];
    if (!one.ok || !other.ok) throw new Error('refused');
    await room.confirm(one.pending);
    expect(
      await room.accounts.confirm(other.pending, room.codeFor(other.pending.uri), attempt),
    ).toEqual({
      ok: false,
      reason: 'invite-spent',
    });
    const dead = {
      ok: false,
      reason: 'refused',
      problems: { form: expect.stringMatching(/link/) },
    };
    expect(await room.follow()).toEqual(dead);
    expect(await room.follow({ token: '' })).toEqual(dead);
    const late = await room.administration.resetTotp('ada', 60_000);
    room.skip(60_000);
    expect(await room.follow({ token: late?.enrolToken.reveal() ?? '' })).toEqual(dead);
  });

  it('attack: a link sent astray dies with the next one, and with any new app', async () => {
    const room = await openWithLink();
    const next = await room.administration.resetTotp('ada', 60_000);
    const dead = {
      ok: false,
      reason: 'refused',
      problems: { form: expect.stringMatching(/link/) },
    };
    expect(await room.follow()).toEqual(dead);
    expect(await room.follow({ token: next?.enrolToken.reveal() ?? '' })).toMatchObject({
      ok: true,
    });
  });

  it('outlives a new password, which is no new app', async () => {
    const room = await openWithLink();
    const password = 'another otter swims';
    await room.administration.setPassword('ada', new Secret(password));
    expect(await room.follow({ password })).toMatchObject({ ok: true });
  });

  it('attack: whoever finds it does not know the password, and cannot try for long', async () => {
    const device = { free: 1, baseWaitMs: 5_000, maxWaitMs: 60_000, perDay: 40 };
    const room = await openWithLink({ policy: { throttle: { ...generous, device } } });
    const wrong = {
      ok: false,
      reason: 'refused',
      problems: { password: expect.stringMatching(/not the password/) },
    };
    expect(await room.follow({ password: 'wrong wrong wrong' })).toEqual(wrong);
    expect(await room.follow({ password: 'wrong wrong wrong' })).toEqual(wrong);
    expect(await room.follow()).toEqual({ ok: false, reason: 'throttled', retryAfterSec: 5 });
  });

  it('attack: guessing links is counted against the network', async () => {
    const source = { free: 1, baseWaitMs: 5_000, maxWaitMs: 60_000, perDay: 40 };
    const room = await openWithLink({ policy: { throttle: { ...generous, source } } });
    for (let n = 0; n < 2; n += 1) await room.follow({ token: `guess ${n}` });
    expect(await room.follow()).toEqual({ ok: false, reason: 'throttled', retryAfterSec: 5 });
  });

  it('asks for no password where the factors have none', async () => {
    const room = await openWithLink({ policy: { factors: ['totp'] } });
    const begun = await room.accounts.beginByLink(
      { token: room.token, password: undefined },
      attempt,
    );
    if (!begun.ok) throw new Error('refused');
    expect(await room.confirm(begun.pending)).toMatchObject({ amr: ['otp'] });
  });

  it('does not open for somebody disabled', async () => {
    const room = await openWithLink();
    await room.administration.setDisabled('ada', true);
    expect(await room.follow()).toMatchObject({
      problems: { form: expect.stringMatching(/link/) },
    });
  });

  it('attack: an invitation to sign up replaces nobody’s app', async () => {
    const room = await openWithLink();
    const invite = { kind: 'invite', groups: [], lifetimeMs: 60_000 } as const;
    const token = (await room.administration.createInvite(invite)).reveal();
    expect(await room.follow({ token })).toMatchObject({ ok: false });
  });
});

it('signing out everywhere ends every session and says how many', async () => {
  const room = await openWithAda();
  await room.newSession('s1');
  await room.newSession('s2');
  expect(await room.accounts.signOutEverywhere(room.identity, attempt)).toBe(2);
  expect(await room.sessions()).toBe(0);
  expect(room.events.at(-1)).toEqual({
    ...attempt,
    type: 'signed-out-everywhere',
    name: 'ada',
    sessions: 2,
  });
});
