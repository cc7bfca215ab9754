import { describe, expect, it } from 'vitest';
import {
  checksCodes,
  defaultSubject,
  isScope,
  mayCheck,
  mayManageServices,
  routesOf,
} from '../../src/accounts/bearer-scopes.ts';
import { createBearers } from '../../src/accounts/bearers.ts';
import { Secret } from '../../src/core/secret.ts';
import { openRoom } from './room.ts';

const DAY_MS = 86_400_000;
const ISSUED = { name: 'phone', scopes: ['check:ada'], lifetimeMs: DAY_MS };

async function open() {
  const writes: number[] = [];
  const room = await openRoom({
    wrap: (store) => ({
      ...store,
      noteBearerUse(id, usedAtMs) {
        writes.push(usedAtMs);
        return store.noteBearerUse(id, usedAtMs);
      },
    }),
  });
  const bearers = createBearers(room.deps);
  const issue = async (more: Partial<Parameters<typeof bearers.issue>[0]> = {}) => {
    const made = await bearers.issue({ ...ISSUED, ...more });
    if (!made.ok) throw new Error(made.reason);
    return made;
  };
  return { ...room, bearers, issue, writes };
}

describe('a bearer', () => {
  it('is drawn with 32 random bytes, and only its hash is stored', async () => {
    const { issue, store } = await open();
    const { token } = await issue();
    expect(token.reveal()).toMatch(/^sallyport_[\w-]{43}$/);
    expect(JSON.stringify(await store.listBearers())).not.toContain(token.reveal().slice(10));
  });

  it('is recognised by the whole of it and by nothing else', async () => {
    const { issue, bearers } = await open();
    const token = (await issue()).token.reveal();
    expect(await bearers.recognise(token)).toMatchObject({ name: 'phone', scopes: ['check:ada'] });
    const others = ['', token.slice(0, -1), `${token}A`, token.toUpperCase(), 'x'.repeat(70_000)];
    for (const other of others) expect(await bearers.recognise(other)).toBeUndefined();
  });

  it('dies with its time, and at once when it is revoked', async () => {
    const { issue, bearers, clock } = await open();
    const short = (await issue()).token.reveal();
    const long = (await issue({ name: 'tablet', lifetimeMs: 2 * DAY_MS })).token.reveal();
    clock.ms += DAY_MS - 1;
    expect(await bearers.recognise(short)).toBeDefined();
    clock.ms += 1;
    expect(await bearers.recognise(short)).toBeUndefined();
    expect((await bearers.list()).map(({ name }) => name)).toEqual(['tablet']);
    expect(await bearers.revoke('tablet')).toBe(true);
    expect(await bearers.recognise(long)).toBeUndefined();
    expect(await bearers.revoke('tablet')).toBe(false);
  });

  it('remembers its last use, and writes it once a minute at most', async () => {
    const { issue, bearers, clock, writes } = await open();
    const token = (await issue()).token.reveal();
    for (let i = 0; i < 100; i += 1) await bearers.recognise(token);
    expect(writes).toEqual([clock.ms]);
    clock.ms += 59_999;
    await bearers.recognise(token);
    expect(writes).toHaveLength(1);
    clock.ms += 1;
    await bearers.recognise(token);
    expect((await bearers.list())[0]?.lastUsedAtMs).toBe(clock.ms);
  });

  it('goes on while its last use cannot be written', async () => {
    const { issue, store, deps } = await open();
    const bearers = createBearers({
      ...deps,
      store: { ...store, noteBearerUse: () => Promise.reject(new Error('read-only')) },
    });
    const token = (await issue()).token.reveal();
    expect(await bearers.recognise(token)).toBeDefined();
  });

  it('may be one that clients hold already', async () => {
    const { issue, bearers } = await open();
    await issue({ token: new Secret('from the old server') });
    expect(await bearers.recognise('from the old server')).toMatchObject({ name: 'phone' });
  });

  it('leaves its life in the audit, without the token', async () => {
    const { issue, bearers, events } = await open();
    const { token } = await issue({ scopes: ['pass:wiki', 'check:ada', 'check:ada'] });
    await bearers.revoke('phone');
    expect(events).toEqual([
      {
        type: 'bearer-created',
        name: 'phone',
        scopes: ['check:ada', 'pass:wiki'],
        source: 'cli',
      },
      { type: 'bearer-revoked', name: 'phone', source: 'cli' },
    ]);
    expect(JSON.stringify(events)).not.toContain(token.reveal());
  });
});

describe('scopes', () => {
  it.each(['check:ada', 'check:*', 'check:backup@monitoring', 'services:manage', 'pass:*/lab'])(
    'knows %s',
    (scope) => expect(isScope(scope)).toBe(true),
  );

  it.each(['', 'check', 'check:', 'check:a b', 'Check:ada', 'services:read', 'pass:', 'pass:a\n'])(
    'refuses %j',
    (scope) => expect(isScope(scope)).toBe(false),
  );

  const lower = (name: string) => name.toLowerCase();
  it.each([
    [['check:Ada'], 'ada', true],
    [['check:ada'], 'bea', false],
    [['check:*'], 'bea', true],
    [['pass:ada', 'services:manage'], 'ada', false],
    // A person who is called so must not stand for everybody.
    [['check:ada'], '*', false],
  ])('%j may check %s: %s', (scopes, subject, isAllowed) =>
    expect(mayCheck({ scopes }, subject, lower)).toBe(isAllowed),
  );

  it('names whose codes are meant where nobody says, if there is one answer', () => {
    expect(defaultSubject({ scopes: ['check:ada', 'pass:wiki'] })).toBe('ada');
    expect(defaultSubject({ scopes: ['check:*', 'check:ada'] })).toBe('ada');
    expect(defaultSubject({ scopes: ['check:ada', 'check:bea'] })).toBeUndefined();
    expect(defaultSubject({ scopes: ['check:*'] })).toBeUndefined();
  });

  it('tells kinds apart', () => {
    const scopes = ['pass:wiki', 'pass:*/lab', 'services:manage'];
    expect(routesOf({ scopes })).toEqual(['wiki', '*/lab']);
    expect(mayManageServices({ scopes })).toBe(true);
    expect(checksCodes({ scopes })).toBe(false);
  });
});
