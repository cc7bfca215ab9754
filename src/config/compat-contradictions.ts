/** Addresses of replaced programs that get in the way of others. @module */
import { isUnder } from './path-overlap.ts';
import type { Finding, Path } from './problem.ts';
import type { Settings } from './schema.ts';

const AT: Path = ['compat', 'code_check', 'path'];

/** Every contradiction between `compat` and the rest. */
export function compatContradictions(settings: Settings): readonly Finding[] {
  const { prefix, realms, routes = [] } = settings;
  const path = settings.compat.code_check?.path;
  if (path === undefined) return [];
  const neighbours: readonly (readonly [string, string, Path, string])[] = [
    [prefix, 'prefix', ['prefix'], "where the door's own pages are"],
    ...(realms.enabled
      ? ([[realms.prefix, 'realms.prefix', ['realms', 'prefix'], 'where services ask']] as const)
      : []),
  ];
  return [
    ...neighbours.flatMap(([other, name, at, why]) => {
      if (!isUnder(other, path) && !isUnder(path, other)) return [];
      const problem = `"${path}" overlaps ${name} (${other}), ${why}`;
      return [{ path: AT, compares: [AT, at], problem, remedy: 'write another path' }];
    }),
    ...routes.flatMap((route, i) => {
      if (!isUnder(route.path, path)) return [];
      const at = ['routes', i, 'path'];
      const problem = `"${route.path}" lies within compat.code_check.path (${path}), where codes are checked`;
      const remedy = 'write another path, or another compat.code_check.path';
      return [{ path: at, compares: [at, AT], problem, remedy }];
    }),
  ];
}
