/** Which route a request belongs to: the first that fits. @module */
import type { Route } from './contract.ts';
import { hostName } from './host.ts';

/** A request as far as routes are concerned. */
export interface Matchable {
  /** Canonical, with a port that is not the default. */
  readonly host: string;
  readonly method: string;
}

/**
 * Finds the first route whose host, methods and path fit.
 *
 * @param path  raw path; compared byte for byte, on segment borders
 */
export function matchRoute(
  routes: readonly Route[],
  request: Matchable,
  path: string,
): Route | undefined {
  for (const route of routes) {
    if (
      isUnder(route.path, path) &&
      matchesHost(route, request.host) &&
      matchesMethod(route, request.method)
    ) {
      return route;
    }
  }
  return undefined;
}

/** Whether some route is for this host, whatever the path: otherwise the request is misdirected. */
export function isHostServed(routes: readonly Route[], host: string): boolean {
  return routes.length === 0 || routes.some((route) => matchesHost(route, host));
}

/** A route's host without a port fits every port, as the address we listen on is not its business. */
function matchesHost(route: Route, host: string): boolean {
  return route.host === undefined || route.host === host || route.host === hostName(host);
}

/** HEAD reads what GET reads, so a rule about GET must not be passed by asking with HEAD. */
function matchesMethod({ methods }: Route, method: string): boolean {
  if (methods === undefined || methods.includes(method)) return true;
  return method === 'HEAD' && methods.includes('GET');
}

function isUnder(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f;
}
