import { describe, expect, it } from 'vitest';
import { generous, openRoom, PASSWORD } from './room.ts';

const REFUSED = { ok: false, reason: 'refused' };

describe('attack: guessing', () => {
  const strict = {
    source: { free: 5, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 300 },
    account: { free: 2, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 60 },
    device: { free: 2, baseWaitMs: 1_000, maxWaitMs: 60_000, perDay: 40 },
  };
  const open = () => openRoom({ policy: { factors: ['totp'], throttle: strict } });
  const from = (source: string) => ({ source, requestId: 'r' });

  it('a right code is not looked at while a wait runs, and is still good after it', async () => {
    const room = await open();
    const ada = await room.add('ada');
    for (let n = 0; n < 3; n += 1) await room.signIn({ name: 'ada' });
    const code = ada.code();
    expect(await room.signIn({ name: 'ada', code })).toEqual({
      ok: false,
      reason: 'throttled',
      retryAfterSec: 1,
    });
    room.skip(1_000);
    expect(await room.signIn({ name: 'ada', code })).toMatchObject({ ok: true });
  });

  it('in parallel is counted like guessing in a row', async () => {
    const room = await open();
    await room.add('ada');
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, n) => room.signIn({ name: 'ada' }, from(`198.51.100.${n}`))),
    );
    expect(all.filter((result) => !result.ok && result.reason === 'refused')).toHaveLength(3);
  });

  it('with another spelling of the name, or another address of the /64, changes nothing', async () => {
    const room = await open();
    for (const name of ['ada', 'ADA', ' Ada', 'ａｄａ'])
      await room.signIn({ name }, from('192.0.2.1'));
    expect(await room.signIn({ name: 'ada' }, from('192.0.2.2'))).toMatchObject({
      reason: 'throttled',
    });
    for (let n = 1; n < 7; n += 1) await room.signIn({ name: `n${n}` }, from(`2001:db8::${n}`));
    expect(await room.signIn({ name: 'other' }, from('2001:db8::ffff'))).toMatchObject({
      reason: 'throttled',
    });
    expect(await room.signIn({ name: 'other' }, from('2001:db8:0:1::1'))).toEqual(REFUSED);
  });

  it('by a stranger never locks the owner’s browser out, not from the same network either', async () => {
    const room = await open();
    const ada = await room.add('ada');
    for (let n = 0; n < 200; n += 1) await room.signIn({ name: 'ada' });
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({
      reason: 'throttled',
    });
    const recogniseBrowser = async (id: string) =>
      id === ada.principal.id ? 'browser' : undefined;
    expect(await room.signIn({ name: 'ada', code: ada.code(), recogniseBrowser })).toMatchObject({
      ok: true,
    });
  });

  it('from a known browser has its own bound', async () => {
    const room = await open();
    const ada = await room.add('ada');
    const recogniseBrowser = async () => 'browser';
    for (let n = 0; n < 3; n += 1) await room.signIn({ name: 'ada', recogniseBrowser });
    expect(await room.signIn({ name: 'ada', recogniseBrowser })).toMatchObject({
      reason: 'throttled',
    });
    expect(await room.signIn({ name: 'ada', code: ada.code() })).toMatchObject({ ok: true });
  });

  it.each([
    ['as configured', strict],
    [
      'whatever is configured',
      {
        source: { ...generous.source, perDay: 1_000_000 },
        account: { ...generous.account, perDay: 1_000_000 },
        device: { ...generous.device, perDay: 1_000_000 },
      },
    ],
  ])(
    'gets at most 100 checks a day on one account, from everywhere together: %s',
    async (_, throttle) => {
      const room = await openRoom({ policy: { factors: ['totp'], throttle } });
      await room.add('ada');
      let checks = 0;
      for (let hour = 0; hour < 24; hour += 1) {
        for (let n = 0; n < 30; n += 1) {
          const browser = n % 3 === 0 ? undefined : `browser-${n}`;
          const recogniseBrowser = async () => browser;
          const source = `198.51.100.${n}`;
          const result = await room.signIn({ name: 'ada', recogniseBrowser }, from(source));
          if (!result.ok && result.reason === 'refused') checks += 1;
        }
        room.skip(3_599_999);
      }
      expect(checks).toBeGreaterThan(60);
      expect(checks).toBeLessThanOrEqual(100);
    },
  );

  it('does not leave what was typed as a name in the store', async () => {
    const keys: string[] = [];
    const room = await openRoom({
      wrap: (store) => ({
        ...store,
        updateThrottle: (wanted, rule) => {
          keys.push(...wanted);
          return store.updateThrottle(wanted, rule);
        },
      }),
    });
    await room.signIn({ name: PASSWORD });
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toContain('otter');
  });
});
