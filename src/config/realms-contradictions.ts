/** Settings of services that are right one by one and wrong together. @module */
import { isUnder } from './path-overlap.ts';
import type { Finding, Path } from './problem.ts';
import type { Settings } from './schema.ts';

/** Every contradiction between `realms` and the rest. */
export function realmsContradictions(settings: Settings): readonly Finding[] {
  return [
    ...(settings.realms.enabled ? [...besidePages(settings), ...besideRoutes(settings)] : []),
    ...twoRealms(settings),
    ...shortEnough(settings),
    ...oneReuse(settings),
  ];
}

const PREFIX: Path = ['realms', 'prefix'];

function besidePages({ prefix, realms }: Settings): readonly Finding[] {
  if (!isUnder(prefix, realms.prefix) && !isUnder(realms.prefix, prefix)) return [];
  const problem = `"${realms.prefix}" overlaps prefix (${prefix}), where the door's own pages are`;
  const remedy = 'write another path';
  return [{ path: PREFIX, compares: [PREFIX, ['prefix']], problem, remedy }];
}

function besideRoutes({ routes = [], realms }: Settings): readonly Finding[] {
  return routes.flatMap(({ path }, i) => {
    if (!isUnder(path, realms.prefix)) return [];
    const at = ['routes', i, 'path'];
    const problem = `"${path}" lies within realms.prefix (${realms.prefix}), where services ask`;
    const remedy = 'write another path, or another realms.prefix';
    return [{ path: at, compares: [at, PREFIX], problem, remedy }];
  });
}

function twoRealms({ realms }: Settings): readonly Finding[] {
  if (realms.admin_realm !== realms.auth_realm) return [];
  const path = ['realms', 'auth_realm'];
  const compares = [path, ['realms', 'admin_realm']];
  const problem = 'is the admin realm too, so that whoever may ask may manage';
  return [{ path, compares, problem, remedy: 'give each a realm of its own' }];
}

function shortEnough({ realms }: Settings): readonly Finding[] {
  return (['admin_realm', 'auth_realm'] as const).flatMap((key) => {
    if ([...realms[key]].length <= realms.max_length) return [];
    const path = ['realms', key];
    const problem = `is longer than realms.max_length (${realms.max_length})`;
    const compares = [path, ['realms', 'max_length']];
    return [{ path, compares, problem, remedy: 'raise max_length, or name a shorter realm' }];
  });
}

function oneReuse({ realms: { reuse } }: Settings): readonly Finding[] {
  return reuse.once.flatMap((realm, i) => {
    if (!reuse.allow.includes(realm)) return [];
    const path = ['realms', 'reuse', 'once', i];
    const compares = [path, ['realms', 'reuse', 'allow']];
    const problem = `"${realm}" stands in allow too`;
    return [{ path, compares, problem, remedy: 'keep it in one of the lists' }];
  });
}
