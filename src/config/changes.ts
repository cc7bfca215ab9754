/** What lies between two configurations, and which of it a running door can take. @module */
import type { Upstream } from '../core/upstream.ts';
import type { Config, RouteConfig } from './config.ts';
import { hasSameValue } from './same-value.ts';

/** A change in the operator's words. */
export interface ConfigChanges {
  /** `route added: NAME` and the like, then the keys outside `routes`; empty where nothing differs. */
  readonly changes: readonly string[];
  /** Changed keys that were used up when the door opened. */
  readonly needRestart: readonly string[];
}

type Key = Exclude<keyof Config, 'routes'>;

const KEYS: Readonly<Record<Key, { readonly name: string; readonly needsRestart?: true }>> = {
  listen: { name: 'listen', needsRestart: true },
  admin: { name: 'admin', needsRestart: true },
  workers: { name: 'workers', needsRestart: true },
  dataDir: { name: 'data_dir', needsRestart: true },
  store: { name: 'store', needsRestart: true },
  keys: { name: 'keys', needsRestart: true },
  maxHeaderBytes: { name: 'max_header', needsRestart: true },
  // The room for request heads depends on it, and that is the listener's.
  forwardAuth: { name: 'forward_auth', needsRestart: true },
  storeGraceMs: { name: 'store_grace', needsRestart: true },
  log: { name: 'log', needsRestart: true },
  publicUrl: { name: 'public_url' },
  prefix: { name: 'prefix' },
  trustedProxies: { name: 'trusted_proxies' },
  auth: { name: 'auth' },
  session: { name: 'session' },
  realms: { name: 'realms' },
  compat: { name: 'compat' },
  drainMs: { name: 'drain' },
};

/** Compares two configurations, certificates and keys included. */
export function compareConfigs(before: Config, after: Config): ConfigChanges {
  const keys = (Object.keys(KEYS) as Key[]).filter((key) => !hasSameValue(before[key], after[key]));
  return {
    changes: [
      ...routeChanges(before.routes, after.routes),
      ...keys.map((key) => `${KEYS[key].name} changed`),
    ],
    needRestart: keys.filter((key) => KEYS[key].needsRestart).map((key) => KEYS[key].name),
  };
}

function routeChanges(before: readonly RouteConfig[], after: readonly RouteConfig[]): string[] {
  const [old, now] = [byName(before), byName(after)];
  const kept = [...now.keys()].filter((name) => old.has(name));
  const words = [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `route added: ${name}`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `route removed: ${name}`),
    ...kept
      .filter((name) => !hasSameValue(old.get(name), now.get(name)))
      .map((name) => `route changed: ${name}`),
  ];
  // The first route that fits wins: another order is another rule.
  const isReordered = !hasSameValue(
    kept,
    [...old.keys()].filter((name) => now.has(name)),
  );
  if (isReordered) words.push('routes reordered');
  // Routes of one name, which are compared one by one only here.
  if (words.length === 0 && !hasSameValue(before, after)) words.push('routes changed');
  return words;
}

const byName = (routes: readonly RouteConfig[]) =>
  new Map(routes.map((route) => [route.name, route]));

/**
 * Puts the upstream objects of the running configuration in place of equal new ones, since
 * an object's identity names its pool: connections that are kept alive stay.
 */
export function keepUpstreams(before: Config, after: Config): Config {
  const kept = new Map<Upstream, Upstream>();
  const keep = ({ upstream, limits }: RouteConfig): Upstream | undefined => {
    if (upstream === undefined) return undefined;
    const known = kept.get(upstream);
    if (known !== undefined) return known;
    const equal = before.routes.find(
      (route) =>
        hasSameValue(route.upstream, upstream) &&
        // A pool has the connect time-out that it was made with.
        route.limits.connectTimeoutMs === limits.connectTimeoutMs,
    )?.upstream;
    kept.set(upstream, equal ?? upstream);
    return equal ?? upstream;
  };
  return { ...after, routes: after.routes.map((route) => ({ ...route, upstream: keep(route) })) };
}
