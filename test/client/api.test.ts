import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCode, createClient, SallyportError } from '../../src/client/client.ts';
import { bearer, type MachineDoor, openMachineDoor, SEED } from '../e2e/services/machine-door.ts';

let at: MachineDoor;
beforeEach(async () => {
  at = await openMachineDoor();
});
afterEach(() => at[Symbol.asyncDispose]());

const clientOf = (name: string, realm: string) =>
  createClient({
    ...{ url: `${at.door.origin}/ungleichotp`, name, realm, seed: SEED },
    now: at.clock.nowMs,
  });
const failing = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof SallyportError ? error.code : error),
  );

describe('checkCode', () => {
  const check = (token: string, code: string, user?: string) =>
    checkCode({
      ...{ url: `${at.door.origin}/_auth/api/v1/`, bearer: token, code },
      ...(user !== undefined && { user }),
    });

  it('says whether a code is the person’s, once', async () => {
    const token = await at.issue('phone', 'check:ada');
    expect(await check(token, '000000')).toEqual({ ok: false, reason: 'refused' });
    expect(await check(token, at.code())).toEqual({ ok: true });
    expect(await check(token, at.code())).toEqual({ ok: false, reason: 'refused' });
    at.nextStep();
    expect(await check(token, at.code(), 'ada')).toEqual({ ok: true });
  });

  it('tells a bad bearer and a missing scope from a wrong code', async () => {
    expect(await failing(check('sallyport_unknown', at.code()))).toBe('caller-refused');
    const token = await at.issue('other', 'services:manage');
    expect(await failing(check(token, at.code(), 'ada'))).toBe('not-allowed');
  });

  it('says how long to wait', async () => {
    const token = await at.issue('phone', 'check:ada');
    let verdict = await check(token, '000000');
    for (let n = 0; n < 12 && !(verdict.ok || verdict.reason === 'throttled'); n += 1) {
      verdict = await check(token, '000000');
    }
    expect(verdict).toMatchObject({ reason: 'throttled', retryAfterSec: expect.any(Number) });
  });
});

describe('startSession', () => {
  it('trades a code for a bearer that stands for the service', async () => {
    const session = await clientOf('backup', 'monitoring').startSession();
    expect(session.expiresAt.getTime()).toBeGreaterThan(at.clock.ms);
    const me = await at.send('/_auth/api/v1/me', bearer(session.token));
    expect(JSON.parse(me.text)).toMatchObject({ name: 'backup', realm: 'monitoring' });
  });

  it('needs a code that is right', async () => {
    const stranger = clientOf('stranger', 'monitoring').startSession();
    expect(await failing(stranger)).toBe('caller-refused');
  });
});
