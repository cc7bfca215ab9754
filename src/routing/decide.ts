/** The one rule: who may pass (ADR 8). Every door only translates its answer. @module */
import type { SessionState } from '../session/contract.ts';
import type { Decision, Route } from './contract.ts';

/**
 * Decides about a request that belongs to `route`. Being in one of a route's
 * groups is enough.
 *
 * @param state  what the request's cookies say now
 */
export function decide(route: Route | undefined, state: SessionState): Decision {
  if (route === undefined) return { kind: 'unrouted' };
  const { access } = route;
  if (access.kind === 'deny') return { kind: 'denied' };
  const identity = state.kind === 'live' ? state.session.identity : null;
  if (access.kind === 'public') return { kind: 'forward', route, identity };
  if (state.kind === 'unknown') return { kind: 'undecidable' };
  if (identity === null) return { kind: 'unauthenticated', route };
  if (access.kind === 'signed-in') return { kind: 'forward', route, identity };
  access.kind satisfies 'groups';
  return access.groups.some((group) => identity.groups.includes(group))
    ? { kind: 'forward', route, identity }
    : { kind: 'forbidden', route, identity, missing: access.groups };
}
