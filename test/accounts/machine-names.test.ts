import { describe, expect, it } from 'vitest';
import { openRoom, PASSWORD } from './room.ts';
import { actor, openServices } from './services-room.ts';

/** People and services over one store. */
async function openBoth() {
  const room = await openRoom();
  const { services } = await openServices({ store: room.store });
  const signUp = (name: string) =>
    room.accounts.beginSignUp(
      { name, password: PASSWORD, inviteToken: undefined },
      { source: '203.0.113.7', requestId: 'r-1' },
    );
  return { room, services, signUp };
}

const TAKEN = {
  ok: false,
  reason: 'refused',
  problems: { username: expect.stringContaining('taken') },
};

describe('attack: a person with the name of a machine, as upstreams see it', () => {
  it.each([
    ...['backup@jobs', 'Backup@JOBS', 'a@b@jobs', 'anything@bearer', 'x@Bearer'],
    ...['nightly@jobs', 'NIGHTLY@cron', 'nightly@CRON'],
  ])('does not sign up as %s', async (name) => {
    const { services, signUp } = await openBoth();
    await services.add({ name: 'a@b', realm: 'jobs' }, actor);
    await services.add({ name: 'backup', realm: 'jobs' }, actor);
    await services.add({ name: 'Nightly', realm: 'jobs' }, actor);
    await services.add({ name: 'nightly', realm: 'Cron' }, actor);
    expect(await signUp(name)).toMatchObject(TAKEN);
  });

  it('does not come to be while the page with the app is open', async () => {
    const { room, services } = await openBoth();
    const pending = await room.begin('backup@jobs');
    await services.add({ name: 'backup', realm: 'jobs' }, actor);
    const confirmed = await room.accounts.confirm(pending, room.codeFor(pending.uri), {
      source: '203.0.113.7',
      requestId: 'r-1',
    });
    expect(confirmed).toEqual({ ok: false, reason: 'name-taken' });
  });

  it('is not made by a command, and no service is made or renamed beside one', async () => {
    const { room, services } = await openBoth();
    const added = await services.add({ name: 'backup', realm: 'jobs' }, actor);
    if (!added.ok) throw new Error(added.reason);
    await expect(room.add('backup@jobs')).rejects.toThrow('taken');
    await room.add('Ada@home');
    const ada = { name: 'ada', realm: 'home' };
    const refused = { ok: false, reason: 'name-taken' };
    expect(await services.add(ada, actor)).toEqual(refused);
    expect(await services.rename(added.service.id, ada, actor)).toEqual(refused);
  });

  it('is somebody else under any other name with an @', async () => {
    const { room, services } = await openBoth();
    await services.add({ name: 'backup', realm: 'jobs' }, actor);
    for (const name of ['backup@home', 'other@jobs', 'backup', 'bearer']) {
      expect(await room.confirm(await room.begin(name))).toMatchObject({ ok: true });
    }
  });
});
