/** Where PostgreSQL's programs are; Debian keeps them off the PATH. @module */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const VERSIONS = '/usr/lib/postgresql';

/** Whether PostgreSQL is installed. */
export const hasPostgres = (): boolean => binFolder() !== undefined;

/** The newest version's programs. */
export function binFolder(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const newest = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a));
  return newest
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}
