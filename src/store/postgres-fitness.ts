/** Which PostgreSQL servers Sallyport can live on. @module */
import { StartupError } from '../core/errors.ts';
import type { PostgresAddress } from '../core/store-address.ts';
import { nameDatabase } from './postgres-faults.ts';

/** Older servers are no longer mended by their makers. */
const OLDEST_VERSION = 13;

/** What a server says of itself. */
export interface PostgresServer {
  /** `server_version_num`, e.g. 150004 for 15.4 and 90624 for 9.6.24. */
  readonly version: number;
  readonly encoding: string;
}

/** Why a server is refused, and what to do; undefined for one that fits. */
export function findUnfit(
  { version, encoding }: PostgresServer,
  address: PostgresAddress,
): StartupError | undefined {
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_VERSION) {
    return new StartupError(
      `The database ${nameDatabase(address)} runs on PostgreSQL ${major}: ` +
        `Sallyport needs version ${OLDEST_VERSION} or newer.`,
    );
  }
  if (encoding !== 'UTF8') {
    return new StartupError(
      `The database ${nameDatabase(address)} has the encoding ${encoding}: ` +
        'create it with the encoding UTF8.',
    );
  }
  return undefined;
}
