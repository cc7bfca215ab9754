import { describe, expect, it } from 'vitest';
import { createTotpSecret } from '../../src/accounts/totp.ts';
import { systemRandom } from '../../src/core/ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { attempt, generous } from './room.ts';
import { ALLOW, actor, ONCE, openServices, SEED } from './services-room.ts';

const REFUSED = { ok: false, reason: 'refused' };

describe('a service proves itself', () => {
  it('with the code of its seed, and is known as name@realm', async () => {
    const room = await openServices();
    const service = await room.add('ada');
    expect(await room.verify({ code: room.codeOf(SEED) })).toEqual({
      ok: true,
      identity: { id: service.id, name: 'ada@blue', groups: [] },
      service,
    });
  });

  it.each([-4, -3, 0, 3, 4])('within three steps of the clock: %i', async (offset) => {
    const room = await openServices();
    await room.add('ada');
    const { ok } = await room.verify({ code: room.codeOf(SEED, offset) });
    expect(ok).toBe(Math.abs(offset) <= 3);
  });

  it('within the window that the endpoint asks for', async () => {
    const room = await openServices();
    await room.add('ada');
    const code = room.codeOf(SEED, 2);
    expect(await room.verify({ code }, { reuse: 'allow', window: 1 })).toEqual(REFUSED);
    expect(await room.verify({ code }, { reuse: 'allow', window: 2 })).toMatchObject({ ok: true });
  });

  it.each([
    ['name', { name: 'Ada' }],
    ['realm', { realm: 'BLUE' }],
    ['unknown name', { name: 'bob' }],
    ['a trailing space', { name: 'ada ' }],
    ['half a character', { name: 'ada\ud800' }],
    ['a control character', { name: 'ada\u0000' }],
    ['too long', { name: 'a'.repeat(129) }],
    ['__proto__', { realm: '__proto__' }],
  ])('under its exact name only: %s', async (_, other) => {
    const room = await openServices();
    await room.add('ada');
    expect(await room.verify({ code: room.codeOf(SEED), ...other })).toEqual(REFUSED);
  });

  it('attack: half a character — is not the name that a database makes of it', async () => {
    const room = await openServices();
    await room.add('ada\ufffd');
    expect(await room.verify({ name: 'ada\ud800', code: room.codeOf(SEED) })).toEqual(REFUSED);
  });

  it('never with the seed that stands in where there is none', async () => {
    const drawn: Uint8Array<ArrayBuffer>[] = [];
    const bytes = (length: number) => {
      const drawing = systemRandom.bytes(length);
      drawn.push(drawing);
      return drawing;
    };
    const room = await openServices({ random: { bytes } });
    const seed = drawn.find(({ length }) => length === 20) ?? new Uint8Array(20);
    const decoy = createTotpSecret('SHA1', { bytes: () => seed });
    const { id } = await room.add('ada');
    await room.store.setDisabled(id, room.clock.ms);
    for (const name of ['ada', 'nobody']) {
      expect(await room.verify({ name, code: room.codeOf(decoy) })).toEqual(REFUSED);
    }
    expect(room.events.at(-1)).toMatchObject({ outcome: 'refused' });
  });

  it('never as a person of its name, nor with a person’s id', async () => {
    const room = await openServices();
    const person = { kind: 'person', realm: 'blue', name: 'eve', canonicalName: 'eve' } as const;
    const principal = { id: 'p', groups: [], createdAtMs: 0, disabledAtMs: null, ...person };
    await room.store.register({ principal, credentials: [], inviteId: null }, 0);
    expect(await room.verify({ name: 'eve' })).toEqual(REFUSED);
    expect(await room.services.get('p')).toBeUndefined();
    expect(await room.services.remove('p', actor)).toBe(false);
    expect(await room.services.rotate('p', actor)).toBeUndefined();
    expect(await room.services.readSeed('p', actor)).toBeUndefined();
  });

  it('not while it is disabled', async () => {
    const room = await openServices();
    const { id } = await room.add('ada');
    await room.store.setDisabled(id, room.clock.ms);
    expect(await room.verify({ code: room.codeOf(SEED) })).toEqual(REFUSED);
  });
});

describe('a code of a service', () => {
  it('is good again where reuse is allowed', async () => {
    const room = await openServices();
    await room.add('ada');
    const code = room.codeOf(SEED);
    for (let n = 0; n < 3; n += 1) expect(await room.verify({ code })).toMatchObject({ ok: true });
  });

  it('attack: replay — is good once where it is spent, also when many race', async () => {
    const room = await openServices();
    await room.add('ada');
    const code = room.codeOf(SEED);
    const all = await Promise.all(Array.from({ length: 50 }, () => room.verify({ code }, ONCE)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await room.verify({ code: room.codeOf(SEED, -1) }, ONCE)).toEqual(REFUSED);
    expect(await room.verify({ code: room.codeOf(SEED, 1) }, ONCE)).toMatchObject({ ok: true });
  });
});

describe('attack: guessing the code of a service', () => {
  const strict = {
    source: { free: 8, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 300 },
    account: { free: 2, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 60 },
    device: { free: 2, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 40 },
  };
  const open = async () => {
    const room = await openServices({ throttle: strict });
    return { room, service: await room.add('ada') };
  };
  const from = (source: string) => ({ source, requestId: 'r' });

  it('in parallel is counted like guessing in a row, and a right code in between is not told', async () => {
    const { room } = await open();
    const code = room.codeOf(SEED);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        room.verify({ code: n < 10 ? '000000' : code }, ALLOW, from(`198.51.100.${n}`)),
      ),
    );
    expect(all.filter(({ ok }) => ok)).toEqual([]);
    expect(all.filter((r) => !r.ok && r.reason === 'refused')).toHaveLength(3);
  });

  it('never slows right proofs down, however many come at once', async () => {
    const { room } = await open();
    const code = room.codeOf(SEED);
    const all = await Promise.all(Array.from({ length: 100 }, () => room.verify({ code })));
    expect(all.filter(({ ok }) => ok)).toHaveLength(100);
  });

  it('from elsewhere never shuts the service out where it is at home', async () => {
    const { room } = await open();
    const code = room.codeOf(SEED);
    await room.verify({ code }, ALLOW, from('192.0.2.1'));
    for (let n = 0; n < 300; n += 1) {
      await room.verify({}, ALLOW, from(`198.51.100.${n % 200}`));
      room.clock.ms += 60_000;
    }
    const now = room.codeOf(SEED);
    expect(await room.verify({ code: now }, ALLOW, from('198.51.100.1'))).toMatchObject({
      reason: 'throttled',
    });
    expect(await room.verify({ code: now }, ALLOW, from('192.0.2.1'))).toMatchObject({ ok: true });
  });

  it('at its home has a bound too, and a replayed code does not lift it', async () => {
    const { room } = await open();
    const code = room.codeOf(SEED);
    expect(await room.verify({ code }, ONCE)).toMatchObject({ ok: true });
    for (const guess of ['000000', code, '000000']) {
      expect(await room.verify({ code: guess }, ONCE)).toEqual(REFUSED);
    }
    expect(await room.verify({}, ONCE)).toMatchObject({ reason: 'throttled', retryAfterSec: 1 });
  });

  it('through a caller is counted for the caller, over all of its subjects', async () => {
    const { room } = await open();
    const voucher = await room.add('web', 'auth');
    const results = [];
    for (let n = 0; n < 10; n += 1) {
      const vouched = { source: `198.51.100.${n}`, requestId: 'r', voucher };
      results.push(await room.verify({ name: `guess${n}` }, ALLOW, vouched));
    }
    expect(results.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => REFUSED));
    expect(results[9]).toMatchObject({ reason: 'throttled' });
    expect(await room.verify({ name: 'guess' }, ALLOW, from('198.51.100.77'))).toEqual(REFUSED);
  });

  it('gets at most 100 checks a day on one service, from everywhere together', async () => {
    const room = await openServices({ throttle: generous });
    await room.add('ada');
    for (let home = 0; home < 5; home += 1) {
      await room.verify({ code: room.codeOf(SEED) }, ALLOW, from(`192.0.2.${home}`));
    }
    let checks = 0;
    for (let hour = 0; hour < 24; hour += 1) {
      for (let n = 0; n < 20; n += 1) {
        const source = n % 2 === 0 ? `192.0.2.${n % 5}` : `198.51.100.${n}`;
        const result = await room.verify({}, ALLOW, from(source));
        if (!result.ok && result.reason === 'refused') checks += 1;
      }
      room.clock.ms += 3_600_000;
    }
    expect(checks).toBeGreaterThan(50);
    expect(checks).toBeLessThanOrEqual(100);
  });
});

describe('the audit of a refusal', () => {
  it.each([
    [-20, 'valid at −20 steps'],
    [7, 'valid at +7 steps'],
  ])('says that the clock is off, the answer does not: %i', async (offset, clock) => {
    const room = await openServices();
    await room.add('ada');
    expect(await room.verify({ code: room.codeOf(SEED, offset) })).toEqual(REFUSED);
    expect(room.events.at(-1)).toEqual({
      ...attempt,
      type: 'service-verify',
      outcome: 'refused',
      name: 'ada@blue',
      clock,
    });
  });

  it('names services that exist only, and never a code or a seed', async () => {
    const room = await openServices();
    await room.add('ada');
    const code = room.codeOf(SEED);
    await room.verify({ code });
    await room.verify({ name: 'my-password', code });
    const text = JSON.stringify(room.events);
    expect(room.events).toHaveLength(3);
    for (const secret of [SEED, code, 'my-password']) expect(text).not.toContain(secret);
  });
});

describe('the administration of services', () => {
  it('makes a seed, shows it once, and lists without it', async () => {
    const { services, codeOf, verify } = await openServices();
    const added = await services.add({ name: 'cron', realm: 'jobs', groups: ['b', 'a'] }, actor);
    if (!added.ok) throw new Error(added.reason);
    const seed = added.seed.reveal();
    expect(seed).toMatch(/^[A-Z2-7]{32}$/);
    expect(added.uri.reveal()).toContain(`secret=${seed}`);
    expect(await services.list()).toEqual([added.service]);
    expect(added.service.groups).toEqual(['a', 'b']);
    expect(JSON.stringify([await services.list(), added])).not.toContain(seed);
    expect(await verify({ name: 'cron', realm: 'jobs', code: codeOf(seed) })).toMatchObject({
      ok: true,
      identity: { name: 'cron@jobs', groups: ['a', 'b'] },
    });
  });

  it('keeps (name, realm) unique, and realms apart', async () => {
    const { services, add } = await openServices();
    await add('ada');
    expect(await services.add({ name: 'ada', realm: 'blue' }, actor)).toEqual({
      ok: false,
      reason: 'name-taken',
    });
    for (const [name, realm] of [
      ['ada', 'red'],
      ['ADA', 'blue'],
    ] as const)
      expect(await services.add({ name, realm }, actor)).toMatchObject({ ok: true });
  });

  it.each([
    ['', 'blue', 'bad-name'],
    ['a', '', 'bad-realm'],
    [' a', 'blue', 'bad-name'],
    ['a', 'b@c', 'bad-realm'],
    ['a', 'bearer', 'bad-realm'],
    ['a\nb', 'blue', 'bad-name'],
    ['ü'.repeat(129), 'blue', 'bad-name'],
    ['a', '🚪'.repeat(129), 'bad-realm'],
  ])('refuses %j@%j', async (name, realm, reason) => {
    const { services } = await openServices();
    expect(await services.add({ name, realm }, actor)).toEqual({ ok: false, reason });
  });

  it('counts characters, not bytes', async () => {
    const { services } = await openServices();
    const long = '🚪'.repeat(128);
    expect(await services.add({ name: long, realm: long }, actor)).toMatchObject({ ok: true });
  });

  it('refuses a seed that is none', async () => {
    const { services } = await openServices();
    const seed = new Secret('not base32!');
    expect(await services.add({ name: 'a', realm: 'b', seed }, actor)).toEqual({
      ok: false,
      reason: 'bad-seed',
    });
  });

  it('rotates: the old seed is dead at once', async () => {
    const { services, add, verify, codeOf } = await openServices();
    const { id } = await add('ada');
    const rotated = await services.rotate(id, actor);
    expect(await verify({ code: codeOf(SEED) })).toEqual(REFUSED);
    expect(await verify({ code: codeOf(rotated?.seed.reveal() ?? '') })).toMatchObject({
      ok: true,
    });
    expect(await services.rotate('nobody', actor)).toBeUndefined();
  });

  it('reads a seed again, which is remembered', async () => {
    const { services, add, events } = await openServices();
    const { id } = await add('ada');
    const read = await services.readSeed(id, { source: '192.0.2.9', by: 'ops@admin' });
    expect(read?.seed.reveal()).toBe(SEED);
    expect(events.at(-1)).toEqual({
      source: '192.0.2.9',
      type: 'service-seed-read',
      name: 'ada@blue',
      by: 'ops@admin',
    });
  });

  it('renames with seed and id, never onto another', async () => {
    const { services, add, verify, codeOf } = await openServices();
    const ada = await add('ada');
    await add('bob');
    expect(await services.rename(ada.id, { name: 'bob', realm: 'blue' }, actor)).toEqual({
      ok: false,
      reason: 'name-taken',
    });
    const to = { name: 'Ada', realm: 'red' };
    expect(await services.rename(ada.id, to, actor)).toEqual({
      ok: true,
      service: { ...ada, ...to },
    });
    expect(await verify({ ...to, code: codeOf(SEED) })).toMatchObject({ ok: true });
    expect(await verify({ code: codeOf(SEED) })).toEqual(REFUSED);
    expect(await services.rename('nobody', to, actor)).toBeUndefined();
  });

  it('removes with all it had', async () => {
    const { services, add, verify, codeOf } = await openServices();
    const { id } = await add('ada');
    expect(await services.remove(id, actor)).toBe(true);
    expect(await services.remove(id, actor)).toBe(false);
    expect(await services.get(id)).toBeUndefined();
    expect(await verify({ code: codeOf(SEED) })).toEqual(REFUSED);
  });

  it('sets groups', async () => {
    const { services, add } = await openServices();
    const service = await add('ada');
    expect(await services.setGroups(service.id, ['ops'], actor)).toBe(true);
    expect(await services.find(service)).toEqual({ ...service, groups: ['ops'] });
  });
});
