/** Where somebody who is signed in may go. @module */
import type { Session } from '../session/contract.ts';
import type { Route } from './contract.ts';
import { decide } from './decide.ts';
import { matchRoute } from './match.ts';

/** A way into one of the tools. */
export interface Place {
  readonly label: string;
  /** A path, or an address with the scheme and port that people come by. */
  readonly href: string;
}

/** What opens to one person, seen from one host. */
export interface Directory {
  /** Whether the front page of this host is something to go to. */
  readonly hasFront: boolean;
  /** Everything else, in the order of the routes. */
  readonly places: readonly Place[];
}

/** What a directory is made from. */
export interface DirectoryDeps {
  readonly routes: readonly Route[];
  readonly publicUrl: URL | undefined;
}

/** Looks up what opens to a session; `host` is the canonical host of the request. */
export type Look = (session: Session, host: string) => Directory;

/**
 * Builds the look-up. Listed are hosts, and paths to which an operator has given a name: other
 * paths are often parts of a tool, or meant for programs.
 */
export function createDirectory({ routes, publicUrl }: DirectoryDeps): Look {
  const listed = routes.filter((route) => isListed(route));
  return (session, host) => {
    const opens = (at: string, path: string) =>
      decide(matchRoute(routes, { host: at, method: 'GET' }, path), { kind: 'live', session })
        .kind === 'forward';
    const places = new Map<string, Place>();
    for (const route of listed) {
      const at = route.host === undefined ? host : withPort(route.host, publicUrl);
      const isFront = at === host && route.path === '/';
      if (isFront || !opens(at, route.path)) continue;
      const site = at === host ? '' : `${publicUrl?.protocol ?? ''}//${at}`;
      const href = site + route.path;
      if (!places.has(href)) places.set(href, { label: labelOf(route), href });
    }
    return { hasFront: opens(host, '/'), places: [...places.values()] };
  };
}

function isListed(route: Route): boolean {
  const isRead = route.methods === undefined || route.methods.includes('GET');
  return isRead && (isNamed(route) || (route.host !== undefined && route.path === '/'));
}

/** Others are called after their host and path (`config/route-names.ts`). */
const isNamed = ({ name, host, path }: Route) => !name.startsWith(`${host ?? '*'}${path}`);

const labelOf = (route: Route) => (isNamed(route) ? route.name : (route.host ?? route.path));

/** A route that names no port is for every port; people come by that of the door. */
function withPort(host: string, publicUrl: URL | undefined): string {
  const port = publicUrl?.port ?? '';
  return port === '' || /:\d+$/.test(host) ? host : `${host}:${port}`;
}
