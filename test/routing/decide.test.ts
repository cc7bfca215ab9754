import { describe, expect, it } from 'vitest';
import type { Route, Standing } from '../../src/routing/contract.ts';
import { decide } from '../../src/routing/decide.ts';
import type { SessionState } from '../../src/session/contract.ts';
import { route } from './fixtures.ts';

const none: SessionState = { kind: 'none' };
const stale: SessionState = { kind: 'stale' };
const unknown: SessionState = { kind: 'unknown' };
const live = (...groups: string[]): SessionState => ({
  kind: 'live',
  session: {
    sid: 's',
    identity: { id: 'p', name: 'ada', groups },
    amr: ['pwd'],
    signedInAtMs: 1,
    expiresAtMs: 2,
    idleExpiresAtMs: 2,
  },
});

const service = (more: Partial<Extract<Standing, { kind: 'service' }>> = {}): Standing => ({
  kind: 'service',
  session: (live() as Extract<SessionState, { kind: 'live' }>).session,
  realm: 'monitoring',
  routes: [],
  ...more,
});
const inGroup = (group: string): Standing => {
  const { session } = live(group) as Extract<SessionState, { kind: 'live' }>;
  return service({ session });
};

const open = route({ access: { kind: 'public' } });
const signedIn = route({ access: { kind: 'signed-in' } });
const groups = route({ access: { kind: 'groups', groups: ['lab', 'admin'] } });
const realms = route({ access: { kind: 'groups', groups: ['lab'], realms: ['monitoring'] } });
const nobody = route({ access: { kind: 'groups', groups: [] } });
const deny = route({ access: { kind: 'deny' }, upstream: undefined });

describe('the decision', () => {
  it.each<[string, Route | undefined, Standing, string]>([
    ['no route, stranger', undefined, none, 'unrouted'],
    ['no route, person', undefined, live(), 'unrouted'],
    ['public, stranger', open, none, 'forward'],
    ['public, dead cookie', open, stale, 'forward'],
    ['public, silent feed', open, unknown, 'forward'],
    ['public, person', open, live(), 'forward'],
    ['signed-in, stranger', signedIn, none, 'unauthenticated'],
    ['signed-in, dead cookie', signedIn, stale, 'unauthenticated'],
    ['signed-in, silent feed', signedIn, unknown, 'undecidable'],
    ['signed-in, person', signedIn, live(), 'forward'],
    ['groups, stranger', groups, none, 'unauthenticated'],
    ['groups, dead cookie', groups, stale, 'unauthenticated'],
    ['groups, silent feed', groups, unknown, 'undecidable'],
    ['groups, person in none', groups, live('kitchen'), 'forbidden'],
    ['groups, a look-alike group', groups, live('Lab', 'labs'), 'forbidden'],
    ['groups, person in one', groups, live('kitchen', 'lab'), 'forward'],
    ['groups, an empty list', nobody, live('admin'), 'forbidden'],
    ['deny, stranger', deny, none, 'denied'],
    ['deny, person', deny, live('admin'), 'denied'],
    ['deny, silent feed', deny, unknown, 'denied'],
    ['public, service', open, service(), 'forward'],
    ['signed-in, service', signedIn, service(), 'forbidden'],
    ['signed-in, bearer for it', signedIn, service({ routes: ['/'] }), 'forward'],
    ['signed-in, bearer for another', signedIn, service({ routes: ['/x'] }), 'forbidden'],
    ['groups, service in none', groups, service(), 'forbidden'],
    ['groups, service in one', groups, inGroup('lab'), 'forward'],
    ['realms, service of one', realms, service(), 'forward'],
    ['realms, service of none', realms, service({ realm: 'blue' }), 'forbidden'],
    ['realms, another case', realms, service({ realm: 'Monitoring' }), 'forbidden'],
    ['realms, bearer', realms, service({ realm: undefined }), 'forbidden'],
    ['realms, person in no group', realms, live(), 'forbidden'],
    ['realms, person in a group of that name', realms, live('monitoring'), 'forbidden'],
    ['realms, person in a group', realms, live('lab'), 'forward'],
    ['realms, guessing', realms, { kind: 'throttled', retryAfterSec: 9 }, 'throttled'],
    ['deny, service', deny, service({ routes: ['/'] }), 'denied'],
  ])('%s', (_name, asked, state, kind) => {
    expect(decide(asked, state).kind).toBe(kind);
  });

  it('vouches for an identity only where there is a live session', () => {
    expect(decide(open, stale)).toMatchObject({ kind: 'forward', identity: null });
    expect(decide(open, unknown)).toMatchObject({ kind: 'forward', identity: null });
    expect(decide(open, live('a'))).toMatchObject({ identity: { name: 'ada', groups: ['a'] } });
  });

  it('names the groups of which one is missing', () => {
    expect(decide(groups, live())).toMatchObject({ missing: ['lab', 'admin'] });
  });
});
