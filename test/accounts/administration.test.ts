import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { attempt, openRoom, PASSWORD } from './room.ts';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

describe('adding a user', () => {
  it('takes a secret from an app that somebody has already', async () => {
    const room = await openRoom();
    const ada = await room.add('Ada', {
      groups: ['b', 'a', 'b'],
      totpSecret: new Secret('jbsw y3dp ehpk 3pxp jbswy3dpehpk3pxp'),
    });
    expect(new URL(ada.uri).searchParams.get('secret')).toBe(SECRET);
    expect(ada.principal).toMatchObject({ name: 'Ada', canonicalName: 'ada', groups: ['a', 'b'] });
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({ ok: true });
    expect(room.events).toContainEqual({ source: 'cli', type: 'user-added', name: 'Ada' });
  });

  it.each([
    [{ name: 'a b' }, { username: expect.stringMatching(/letters/) }],
    [{ name: 'TAKEN' }, { username: expect.stringMatching(/taken/) }],
    [{ password: new Secret('short') }, { password: expect.stringMatching(/at least 12/) }],
    [{ password: undefined }, { password: expect.stringMatching(/choose/) }],
    [{ totpSecret: new Secret('not base32!') }, { form: expect.stringMatching(/base32/) }],
  ])('refuses %j with the reason', async (over, problems) => {
    const room = await openRoom();
    await room.add('taken');
    const user = { name: 'ada', password: new Secret(PASSWORD), totpSecret: undefined, groups: [] };
    expect(await room.administration.addUser({ ...user, ...over })).toEqual({
      ok: false,
      problems,
    });
    expect(await room.administration.listUsers()).toHaveLength(1);
  });

  it('attack: a group that would forge a header is refused', async () => {
    const room = await openRoom();
    await expect(room.add('ada', { groups: ['ops,admin'] })).rejects.toMatchObject({
      code: 'E_FORM_INVALID',
    });
    const invite = { kind: 'invite', groups: ['ops\r\nX: y'], lifetimeMs: 1 } as const;
    await expect(room.administration.createInvite(invite)).rejects.toMatchObject({
      code: 'E_FORM_INVALID',
    });
  });
});

describe('changing a user', () => {
  it('finds people in every spelling, and nobody else', async () => {
    const room = await openRoom();
    const { principal } = await room.add('Ada');
    expect(await room.administration.findUser(' ADA ')).toEqual(principal);
    expect(await room.administration.findUser('eve')).toBeUndefined();
    expect(await room.administration.findUser('not a name')).toBeUndefined();
    expect(await room.administration.listUsers()).toEqual([principal]);
  });

  it('ends sessions, and is remembered', async () => {
    const room = await openRoom();
    const { principal } = await room.add('Ada');
    const { administration } = room;
    const changes = [
      () => administration.setGroups('ada', ['ops']),
      () => administration.setPassword('ada', new Secret('another otter swims')),
      () => administration.resetTotp('ada', 60_000),
      () => administration.setDisabled('ada', true),
    ];
    for (const [n, change] of changes.entries()) {
      const opened = await room.store.createSession({
        sid: `s${n}`,
        principalId: principal.id,
        amr: [],
        createdAtMs: room.clock.ms,
        expiresAtMs: room.clock.ms + 60_000,
      });
      expect(opened).toBe(true);
      expect(await change()).toBeTruthy();
      expect(await room.store.listSessions(principal.id, room.clock.ms)).toEqual([]);
    }
    expect(await administration.setDisabled('ada', false)).toBe(true);
    expect(await administration.removeUser('ada')).toBe(true);
    expect(await administration.findUser('ada')).toBeUndefined();
    expect(room.events).toEqual([
      { source: 'cli', type: 'user-added', name: 'Ada' },
      { source: 'cli', type: 'groups-set', name: 'Ada', groups: ['ops'] },
      { source: 'cli', type: 'password-set', name: 'Ada' },
      { source: 'cli', type: 'totp-reset', name: 'Ada' },
      { source: 'cli', type: 'user-disabled', name: 'Ada' },
      { source: 'cli', type: 'user-enabled', name: 'Ada' },
      { source: 'cli', type: 'user-removed', name: 'Ada' },
    ]);
  });

  it('that does not exist is an answer, and nothing is remembered', async () => {
    const room = await openRoom();
    const { administration } = room;
    expect(await administration.setDisabled('eve', true)).toBe(false);
    expect(await administration.removeUser('eve')).toBe(false);
    expect(await administration.setGroups('eve', [])).toBe(false);
    expect(await administration.resetTotp('eve', 1)).toBeUndefined();
    expect(await administration.setPassword('eve', new Secret(PASSWORD))).toBeUndefined();
    expect(room.events).toEqual([]);
  });

  it('sets a password under the rules of the sign-up page; the app stays', async () => {
    const room = await openRoom();
    const ada = await room.add('ada');
    const { administration } = room;
    expect(await administration.setPassword('ada', new Secret('passwordpassword'))).toEqual({
      ok: false,
      problems: { password: expect.stringMatching(/easy to guess/) },
    });
    const password = 'another otter swims';
    expect(await administration.setPassword('ada', new Secret(password))).toEqual({ ok: true });
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({ ok: false });
    expect(await room.signIn({ name: 'ada', password, code: ada.code() })).toMatchObject({
      ok: true,
    });
  });

  it('gives a name to somebody new without what the one before had', async () => {
    const room = await openRoom();
    const old = await room.add('ada');
    await room.administration.removeUser('ada');
    const next = await room.add('ada');
    expect(next.principal.id).not.toBe(old.principal.id);
    expect(await room.signIn({ name: 'ada', code: old.code() }, attempt)).toMatchObject({
      ok: false,
    });
    expect(await room.signIn({ name: 'ada', code: next.code() }, attempt)).toMatchObject({
      ok: true,
    });
  });
});
