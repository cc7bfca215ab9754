/** Where stores are: a SQLite file each, or a database each on one PostgreSQL server. @module */

import type { PostgresAddress } from '../../src/core/store-address.ts';
import { createDatabase, type PostgresServer, startPostgres } from '../../test/postgres.ts';

/** Both kinds of store, in the order of the tables' rows. */
export const KINDS = ['SQLite', 'PostgreSQL'] as const;
export type Kind = (typeof KINDS)[number];

/** One store that does not exist yet. */
export interface Place {
  readonly kind: Kind;
  /** Undefined where the store is a file beside the keys. */
  readonly address: PostgresAddress | undefined;
}

/** Every place of one run. */
export interface Places {
  found(kind: Kind): Promise<Place>;
  dispose(): Promise<void>;
}

/** A commit that returned is on the disk, as in life; statements may take what a bench needs. */
const AS_IN_LIFE = ['fsync=on', 'full_page_writes=on', 'max_wal_size=4GB'];

/** Starts the server that all places on PostgreSQL share. */
export async function openPlaces(): Promise<Places> {
  const server: PostgresServer = await startPostgres(AS_IN_LIFE);
  return {
    async found(kind) {
      if (kind === 'SQLite') return { kind, address: undefined };
      return { kind, address: (await createDatabase(server.port)).address };
    },
    dispose: () => server.dispose(),
  };
}

/** The line of a configuration that leads there. */
export function storeLine(address: PostgresAddress | undefined): string {
  if (address === undefined) return '';
  const { user, password, host, port, database } = address;
  const word = encodeURIComponent(password?.reveal() ?? '');
  return `store: "postgres://${user}:${word}@${host}:${port}/${database}"\n`;
}
