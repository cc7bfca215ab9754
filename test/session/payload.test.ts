import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/session/contract.ts';
import {
  endsAtMs,
  isDueForRenewal,
  isExpired,
  parsePayload,
  renewed,
  toPayload,
} from '../../src/session/payload.ts';
import { ada, HOUR_MS, START_MS } from './fixtures.ts';

const LIFETIMES = { lifetimeMs: 24 * HOUR_MS, idleMs: 8 * HOUR_MS };

const session: Session = {
  sid: 's1',
  identity: ada,
  amr: ['pwd', 'otp'],
  signedInAtMs: START_MS,
  expiresAtMs: START_MS + LIFETIMES.lifetimeMs,
  idleExpiresAtMs: START_MS + LIFETIMES.idleMs,
};

describe('a payload', () => {
  it('survives the way through JSON', () => {
    expect(parsePayload(JSON.parse(JSON.stringify(toPayload(session))))).toEqual(session);
  });

  const good = toPayload(session);
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a list', [good]],
    ['a text', 'sid'],
    ['no sid', { ...good, sid: undefined }],
    ['an empty sid', { ...good, sid: '' }],
    ['a number as sid', { ...good, sid: 1 }],
    ['groups as text', { ...good, groups: 'admin' }],
    ['numbers as groups', { ...good, groups: [1] }],
    ['a text as expiry', { ...good, exp: '9' }],
    ['a fractional expiry', { ...good, exp: 1.5 }],
    ['no idle end', { ...good, idle: null }],
    ['a field too many', { ...good, admin: true }],
  ])('is refused: %s', (_name, value) => {
    expect(parsePayload(value)).toBeUndefined();
  });
});

describe('a session', () => {
  it.each([
    [START_MS, false],
    [session.idleExpiresAtMs - 1, false],
    [session.idleExpiresAtMs, true],
    [session.expiresAtMs, true],
  ])('at %i has ended: %s', (nowMs, hasEnded) => {
    expect(isExpired(session, nowMs)).toBe(hasEnded);
  });

  it('is due for renewal once half of the idle time has passed', () => {
    expect(isDueForRenewal(session, START_MS + 4 * HOUR_MS - 1, LIFETIMES)).toBe(false);
    expect(isDueForRenewal(session, START_MS + 4 * HOUR_MS, LIFETIMES)).toBe(true);
  });

  it('renewed idles anew and keeps its absolute end', () => {
    const nowMs = START_MS + 5 * HOUR_MS;
    expect(renewed(session, nowMs, LIFETIMES)).toEqual({
      ...session,
      idleExpiresAtMs: nowMs + LIFETIMES.idleMs,
    });
  });

  it('is never renewed beyond its absolute end, nor when that is reached already', () => {
    const late = renewed(session, START_MS + 20 * HOUR_MS, LIFETIMES);
    expect(late.idleExpiresAtMs).toBe(session.expiresAtMs);
    expect(endsAtMs(late)).toBe(session.expiresAtMs);
    expect(isDueForRenewal(late, START_MS + 23 * HOUR_MS, LIFETIMES)).toBe(false);
  });
});
