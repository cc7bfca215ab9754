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
  return firstFitting(routes, request, path, isUnder);
}

/**
 * The same for a reader to whom `/ADMIN` and `/admin` are one path, as they are to Express
 * and to IIS in their usual settings: a rule about one must not be passed by the other.
 */
export function matchRouteInAnyCase(
  routes: readonly Route[],
  request: Matchable,
  path: string,
): Route | undefined {
  return firstFitting(routes, request, path, isUnderInAnyCase);
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

function firstFitting(
  routes: readonly Route[],
  request: Matchable,
  path: string,
  fits: (prefix: string, path: string) => boolean,
): Route | undefined {
  for (const route of routes) {
    if (
      fits(route.path, path) &&
      matchesHost(route, request.host) &&
      matchesMethod(route, request.method)
    ) {
      return route;
    }
  }
  return undefined;
}

function isUnder(prefix: string, path: string): boolean {
  return prefix === '/' || (path.startsWith(prefix) && isBorder(path, prefix.length));
}

/** Without a copy in lower case: this runs for every request. */
function isUnderInAnyCase(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  if (path.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    if (foldCase(prefix.charCodeAt(i)) !== foldCase(path.charCodeAt(i))) return false;
  }
  return isBorder(path, prefix.length);
}

function isBorder(path: string, at: number): boolean {
  return path.length === at || path.charCodeAt(at) === 0x2f;
}

/** ASCII only, like everything that decides about routes. */
function foldCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
