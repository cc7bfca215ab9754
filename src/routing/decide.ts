/** The one rule: who may pass (ADR 8). Every door only translates its answer. @module */
import type { Decision, Route, Standing } from './contract.ts';

/**
 * Decides about a request that belongs to `route`. Being in one of a route's
 * groups or realms is enough. A service is nobody where only people are asked for.
 *
 * @param state  what the request's cookies, or a service's credentials, say now
 */
export function decide(route: Route | undefined, state: Standing): Decision {
  if (route === undefined) return { kind: 'unrouted' };
  const { access } = route;
  if (access.kind === 'deny') return { kind: 'denied' };
  const identity =
    state.kind === 'live' || state.kind === 'service' ? state.session.identity : null;
  if (access.kind === 'public') return { kind: 'forward', route, identity };
  if (state.kind === 'throttled') return state;
  if (state.kind === 'unknown') return { kind: 'undecidable' };
  if (identity === null) return { kind: 'unauthenticated', route };
  if (state.kind === 'service' && isOpenTo(route, state)) {
    return { kind: 'forward', route, identity };
  }
  if (access.kind === 'signed-in') {
    return state.kind === 'live'
      ? { kind: 'forward', route, identity }
      : { kind: 'forbidden', route, identity, missing: [] };
  }
  access.kind satisfies 'groups';
  return access.groups.some((group) => identity.groups.includes(group))
    ? { kind: 'forward', route, identity }
    : { kind: 'forbidden', route, identity, missing: access.groups };
}

function isOpenTo(
  { name, access }: Route,
  { realm, routes }: Extract<Standing, { kind: 'service' }>,
): boolean {
  if (routes.includes(name)) return true;
  if (access.kind !== 'groups' || realm === undefined) return false;
  return access.realms?.includes(realm) ?? false;
}
