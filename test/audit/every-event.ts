/** One event of every type and outcome; the compiler sees to it that none is missing. @module */
import type { AuditEvent } from '../../src/audit/events.ts';

const origin = { source: '203.0.113.7', requestId: 'r-1' };
const name = 'ada';

/** Distributes over the union, so that the list below is exhaustive by type. */
type ByType = { readonly [T in AuditEvent['type']]: readonly (AuditEvent & { type: T })[] };
type OutcomeOf<T extends AuditEvent['type']> = Extract<
  Extract<AuditEvent, { type: T }>,
  { outcome: string }
>['outcome'];

const outcomes = <T extends AuditEvent['type']>(of: Record<OutcomeOf<T>, true>) =>
  Object.keys(of) as OutcomeOf<T>[];

const byType: ByType = {
  'sign-in': outcomes<'sign-in'>({ success: true, refused: true, throttled: true }).map(
    (outcome) => ({
      ...origin,
      type: 'sign-in',
      outcome,
      name,
      amr: ['pwd', 'otp'],
    }),
  ),
  'sign-up': outcomes<'sign-up'>({
    success: true,
    'wrong-code': true,
    throttled: true,
    'name-taken': true,
    'invite-spent': true,
  }).map((outcome) => ({ ...origin, type: 'sign-up', outcome, name })),
  enrol: outcomes<'enrol'>({
    success: true,
    'wrong-code': true,
    throttled: true,
    refused: true,
  }).map((outcome) => ({ ...origin, type: 'enrol', outcome, name })),
  'code-check': outcomes<'code-check'>({ success: true, refused: true, throttled: true }).map(
    (outcome) => ({ ...origin, type: 'code-check', outcome, name, voucher: 'phone' }),
  ),
  bearer: outcomes<'bearer'>({ refused: true, throttled: true }).map((outcome) => ({
    ...origin,
    type: 'bearer',
    outcome,
  })),
  'bearer-created': [
    { source: 'cli', type: 'bearer-created', name: 'phone', scopes: ['check:ada'] },
  ],
  'bearer-revoked': [{ source: 'cli', type: 'bearer-revoked', name: 'phone' }],
  'sign-out': [{ ...origin, type: 'sign-out', name }],
  'signed-out-everywhere': [{ ...origin, type: 'signed-out-everywhere', name, sessions: 2 }],
  'recovery-code-used': [{ ...origin, type: 'recovery-code-used', name, left: 9 }],
  'invite-created': [{ source: 'cli', type: 'invite-created', groups: ['ops'] }],
  'user-added': [{ source: 'cli', type: 'user-added', name }],
  'user-disabled': [{ source: 'cli', type: 'user-disabled', name }],
  'user-enabled': [{ source: 'cli', type: 'user-enabled', name }],
  'user-removed': [{ source: 'cli', type: 'user-removed', name }],
  'totp-reset': [{ source: 'cli', type: 'totp-reset', name }],
  'password-set': [{ source: 'cli', type: 'password-set', name }],
  'groups-set': [{ source: 'cli', type: 'groups-set', name, groups: ['ops'] }],
  'service-verify': outcomes<'service-verify'>({
    success: true,
    refused: true,
    throttled: true,
  }).flatMap((outcome) => {
    const event = { ...origin, type: 'service-verify', outcome, name: 'ada@blue' } as const;
    return [event, { ...event, voucher: 'web@auth', clock: 'valid at −20 steps' }];
  }),
  'service-added': [{ ...origin, type: 'service-added', name: 'ada@blue', by: 'ops@admin' }],
  'service-removed': [{ ...origin, type: 'service-removed', name: 'ada@blue', by: 'ops@admin' }],
  'service-rotated': [{ source: 'cli', type: 'service-rotated', name: 'ada@blue', by: 'cli' }],
  'service-seed-read': [{ source: 'cli', type: 'service-seed-read', name: 'ada@blue', by: 'cli' }],
  'service-renamed': [{ source: 'cli', type: 'service-renamed', name: 'ada@blue', by: 'cli' }],
  'service-groups-set': [
    { source: 'cli', type: 'service-groups-set', name: 'ada@blue', by: 'cli' },
  ],
};

export const EVERY_EVENT: readonly AuditEvent[] = Object.values(byType).flat();
