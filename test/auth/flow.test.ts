import { describe, expect, it } from 'vitest';
import type { PendingEnrolment } from '../../src/accounts/contract.ts';
import { advance, type Flow, flowAt, flowEndsAtMs, IDLE } from '../../src/auth/flow.ts';

const pending: PendingEnrolment = {
  kind: 'new',
  name: 'ada',
  groups: [],
  inviteId: null,
  passwordHash: null,
  secret: 'JBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/ada?secret=JBSWY3DPEHPK3PXP',
  expiresAtMs: 1000,
  wrongCodes: 0,
};
const origin = { page: 'signup', invite: null } as const;
const enrolling: Flow = { kind: 'enrolling', pending, origin };
const signedIn: Flow = { kind: 'signed-in-just-now', atMs: 500 };

describe('advance', () => {
  const once = { ...pending, wrongCodes: 1 };
  it.each([
    ['begins from rest', IDLE, { kind: 'enrolment-begun', pending, origin }, enrolling],
    ['begins anew', signedIn, { kind: 'enrolment-begun', pending, origin }, enrolling],
    [
      'keeps the secret after a wrong code',
      enrolling,
      { kind: 'code-refused', pending: once },
      { ...enrolling, pending: once },
    ],
    ['knows no wrong code at rest', IDLE, { kind: 'code-refused', pending }, IDLE],
    ['knows no wrong code when done', signedIn, { kind: 'code-refused', pending }, signedIn],
    ['forgets the secret once signed in', enrolling, { kind: 'signed-in', atMs: 500 }, signedIn],
    ['ends', enrolling, { kind: 'ended' }, IDLE],
  ] as const)('%s', (_, from, event, to) => {
    expect(advance(from, event)).toEqual(to);
  });
});

describe('flowAt', () => {
  it.each([
    [enrolling, 999, 'enrolling'],
    [enrolling, 1000, 'idle'],
    [signedIn, 500 + 119_999, 'signed-in-just-now'],
    [signedIn, 500 + 120_000, 'idle'],
    [IDLE, 0, 'idle'],
  ] as const)('%j at %d ms is %s', (flow, nowMs, kind) => {
    expect(flowAt(flow, nowMs).kind).toBe(kind);
  });

  it('ends a flow in the store when it ends for the person', () => {
    expect(flowEndsAtMs(enrolling)).toBe(pending.expiresAtMs);
  });
});
