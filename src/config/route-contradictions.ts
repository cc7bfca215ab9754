/** Routes that can never match, or cannot do what they say. @module */
import { isUnder } from './path-overlap.ts';
import type { Finding, Path } from './problem.ts';
import { nameRoutes } from './route-names.ts';
import type { Settings } from './schema.ts';
import type { RouteSettings } from './schema-route.ts';

/** Every contradiction in and between routes. */
export function routeContradictions(settings: Settings): readonly Finding[] {
  const { routes = [], prefix } = settings;
  const isMereRule = settings.forward_auth !== undefined;
  const names = nameRoutes(routes);
  return routes.flatMap((route, i) => [
    ...(isMereRule ? [] : withoutUpstream(route, i)),
    ...ownContradictions(route, i),
    ...underPrefix(route, i, prefix),
    ...sameName(names, routes, i),
    ...unreachable(routes, i),
  ]);
}

function withoutUpstream(route: RouteSettings, i: number): readonly Finding[] {
  if (route.upstream !== undefined || route.access.kind === 'deny') return [];
  const remedy = 'add upstream: http://127.0.0.1:8888, or access: deny';
  const compares = [['routes', i, 'upstream'], ['routes', i, 'access'], ['forward_auth']];
  return [{ path: ['routes', i], problem: 'has no upstream', remedy, compares }];
}

function ownContradictions(route: RouteSettings, i: number): readonly Finding[] {
  const found: Finding[] = [];
  const { access } = route;
  const isEmpty = access.kind === 'groups' && access.groups.length === 0;
  if (isEmpty && (access.realms === undefined || access.realms.length === 0)) {
    const key = access.realms === undefined ? 'groups' : 'realms';
    const remedy = `name a ${key.slice(0, -1)}, or write access: deny`;
    const path = ['routes', i, 'access', key];
    found.push({ path, problem: 'is an empty list, so that nobody could pass', remedy });
  }
  if (route.methods?.length === 0) {
    const remedy = 'name a method, or remove the key to match them all';
    found.push({ path: ['routes', i, 'methods'], problem: 'is an empty list', remedy });
  }
  return found;
}

function underPrefix({ path }: RouteSettings, i: number, prefix: string): readonly Finding[] {
  if (!isUnder(path, prefix)) return [];
  const at = ['routes', i, 'path'];
  const problem = `"${path}" lies within prefix (${prefix}), where the door's own pages are`;
  const remedy = 'write another path, or another prefix';
  return [{ path: at, compares: [at, ['prefix']], problem, remedy }];
}

function sameName(
  names: readonly string[],
  routes: readonly RouteSettings[],
  i: number,
): readonly Finding[] {
  const earlier = names.indexOf(names[i] ?? '');
  const isGiven = routes[i]?.name !== undefined || routes[earlier]?.name !== undefined;
  if (earlier === i || !isGiven) return [];
  const path = ['routes', i, 'name'];
  const problem = `"${names[i]}" is the name of routes[${earlier}] too`;
  return [{ path, problem, remedy: 'give each route a name of its own' }];
}

function unreachable(routes: readonly RouteSettings[], i: number): readonly Finding[] {
  const route = routes[i];
  if (route === undefined) return [];
  const covering = routes
    .map((earlier, at) => ({ earlier, at }))
    .slice(0, i)
    .filter(({ earlier }) => coversPlace(earlier, route));
  const whole = covering.find(({ earlier }) => earlier.methods === undefined);
  const taken = new Set(covering.flatMap(({ earlier }) => earlier.methods ?? []));
  // A route for GET answers HEAD too.
  if (taken.has('GET')) taken.add('HEAD');
  const isTaken = route.methods?.length !== 0 && route.methods?.every((m) => taken.has(m));
  if (whole === undefined && isTaken !== true) return [];
  const blocker = whole ?? covering[0];
  const keysOf = (at: number): Path[] =>
    ['host', 'path', 'methods'].map((key) => ['routes', at, key]);
  return [
    {
      path: ['routes', i],
      compares: [...keysOf(i), ...covering.flatMap(({ at }) => keysOf(at))],
      problem: `can never match, because routes[${blocker?.at}] takes its requests first`,
      remedy: 'move it further up, or remove it',
    },
  ];
}

function coversPlace(earlier: RouteSettings, later: RouteSettings): boolean {
  // A host without a port stands for every port of it.
  const hosts = [undefined, later.host, later.host?.replace(/:\d+$/, '')];
  return hosts.includes(earlier.host) && isUnder(later.path, earlier.path);
}
