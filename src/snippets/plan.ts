/** What every gateway's configuration has to say, before any gateway's language. @module */
import type { Config, GatewayName, RouteConfig } from '../config/config.ts';
import { formatListenAddress } from '../core/listen-address.ts';
import { forgeableHeaders } from './names.ts';

/** Where the printed configuration is to run. */
export interface Surroundings {
  /** host:port where the gateway reaches the door; the first `listen` by default. */
  readonly door?: string | undefined;
  /** Where requests go for routes without an upstream of their own. */
  readonly upstream?: string | undefined;
  /** Address that the gateway listens on; every address by default. */
  readonly bind?: string | undefined;
}

/** A configuration to be written in some gateway's language. */
export interface Plan {
  readonly prefix: string;
  readonly door: string;
  readonly bind: string | undefined;
  /** The gateway ends TLS itself. */
  readonly isTls: boolean;
  /** Base name of the door's cookies. */
  readonly cookieName: string;
  /** Largest head of a request. */
  readonly maxHeaderBytes: number;
  /** Headers that a client may forge and nobody sets anew, in their usual spelling. */
  readonly forgeable: readonly string[];
  readonly sites: readonly Site[];
}

/** One host and what is behind it. */
export interface Site {
  /** Without a port; undefined for every host that has no site of its own. */
  readonly host: string | undefined;
  readonly port: number;
  /** In the order in which they are tried. */
  readonly places: readonly Place[];
}

/** Requests below one path, and where they go. */
export interface Place {
  readonly path: string;
  readonly origin: string;
  readonly socketPath: string | undefined;
  readonly preserveHost: boolean;
  /** Undefined is unlimited. */
  readonly maxBodyBytes: number | undefined;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  /** 0 is unlimited. */
  readonly idleTimeoutMs: number;
}

/** A plan, or the reason why there is none. */
export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  /** A sentence for the operator. */
  | { readonly ok: false; readonly problem: string };

/** A placeholder that stands out: the application's own address. */
const SOME_UPSTREAM = 'http://127.0.0.1:8888';

/** Lays out the sites of a configuration, or says what no gateway can be told. */
export function planOf(config: Config, surroundings: Surroundings): Planned {
  const [first] = config.listen;
  const door = surroundings.door ?? (first ? formatListenAddress(first) : '127.0.0.1:8080');
  const fallback = surroundings.upstream ?? SOME_UPSTREAM;
  const routes = config.routes.filter(({ access }) => access.kind !== 'deny');
  const problem = routes
    .map((route, i) => problemOf(route, routes.slice(i + 1), fallback))
    .find(Boolean);
  if (problem !== undefined) return { ok: false, problem };
  const isTls = config.publicUrl?.protocol !== 'http:';
  const port = Number(config.publicUrl?.port) || (isTls ? 443 : 80);
  const hosts = [...new Set(routes.map(({ host }) => host))];
  // The site for every other host comes last, where gateways look when no name fits.
  hosts.sort((a, b) => Number(a === undefined) - Number(b === undefined));
  const sites = hosts.map((host): Site => {
    const [, name, ownPort] = /^(.*?)(?::(\d+))?$/.exec(host ?? '') ?? [];
    return {
      host: name || undefined,
      port: Number(ownPort) || port,
      places: routes.filter((r) => fits(r, host)).map((route) => placeOf(route, fallback)),
    };
  });
  return {
    ok: true,
    plan: {
      prefix: config.prefix,
      door,
      bind: surroundings.bind,
      isTls,
      cookieName: config.session.cookieName,
      maxHeaderBytes: config.maxHeaderBytes,
      forgeable: forgeableHeaders(config.routes.some(({ methods }) => methods !== undefined)),
      sites: sites.map((site) => ({ ...site, places: withoutRepeats(site.places) })),
    },
  };
}

const fits = (route: RouteConfig, host: string | undefined) =>
  route.host === undefined || route.host === host || route.host === host?.replace(/:\d+$/, '');

function placeOf({ path, upstream, preserveHost, limits }: RouteConfig, fallback: string): Place {
  const { origin = fallback, socketPath } = upstream ?? {};
  return { path, origin, socketPath, preserveHost, ...limits };
}

/** Routes that differ in their rules alone are one place to a gateway; the door knows the rules. */
function withoutRepeats(places: readonly Place[]): readonly Place[] {
  return places.filter((place, i) => places.findIndex(({ path }) => path === place.path) === i);
}

function problemOf(
  route: RouteConfig,
  later: readonly RouteConfig[],
  fallback: string,
): string | undefined {
  const { upstream } = route;
  if (upstream?.ca !== undefined || upstream?.clientCert !== undefined) {
    return `Route ${route.name}: write the certificates of its upstream into the gateway by hand; its keys do not belong into a printed text.`;
  }
  const other = later.find(
    (candidate) =>
      route.methods !== undefined &&
      overlaps(route, candidate) &&
      addressOf(route, fallback) !== addressOf(candidate, fallback),
  );
  return (
    other &&
    `Routes ${route.name} and ${other.name} send one path to two upstreams, by method: a gateway chooses by host and path alone. Give both one upstream, or let the door forward.`
  );
}

function overlaps(a: RouteConfig, b: RouteConfig): boolean {
  const isSameHost = a.host === undefined || b.host === undefined || a.host === b.host;
  const slashed = ({ path }: RouteConfig) => (path === '/' ? '/' : `${path}/`);
  return isSameHost && (slashed(a).startsWith(slashed(b)) || slashed(b).startsWith(slashed(a)));
}

const addressOf = ({ upstream }: RouteConfig, fallback: string) =>
  upstream?.socketPath ?? upstream?.origin ?? fallback;

/**
 * A route whose host names a port, for gateways that choose and ask by the port that the
 * client writes into `Host`: it could come by one site and be judged by the rules of another.
 *
 * @returns its name; undefined where there is none, or the gateway says the real port
 */
export function routeWithPort({ routes }: Config, gateway: GatewayName): string | undefined {
  if (gateway === 'nginx' || gateway === 'haproxy') return undefined;
  return routes.find(({ host }) => host !== undefined && /:\d+$/.test(host))?.name;
}
