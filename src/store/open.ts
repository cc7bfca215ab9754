/** Opens the store of an installation. @module */
import type { Clock, Random } from '../core/ports.ts';
import type { StoreAddress } from '../core/store-address.ts';
import { createAccounts } from './accounts.ts';
import { createBearers } from './bearers.ts';
import type { CredentialRows } from './contract/credentials.ts';
import type { Marks } from './contract/marks.ts';
import type { Store } from './contract.ts';
import { createCredentials } from './credentials.ts';
import type { Engine, Tx } from './engine.ts';
import { createFeed } from './feed.ts';
import { createFlows } from './flows.ts';
import { createInvites } from './invites.ts';
import { createMarks } from './marks.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { nameDatabase } from './postgres-faults.ts';
import { createPrincipals } from './principals.ts';
import { createSessions } from './sessions.ts';
import { openSqlite } from './sqlite.ts';
import { createThrottles } from './throttles.ts';
import { createUpkeep } from './upkeep.ts';

/** How long a write waits for another process before the store counts as down. */
const PATIENCE_MS = 5_000;

/** Which database, and where time and chance come from. */
export interface StoreOptions {
  /** A SQLite file is created with mode 0600; a PostgreSQL database exists already. */
  readonly address: StoreAddress;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Looks whose a database is that somebody has used, and throws where it is to be left alone:
   * this comes before anything is changed in it, by a migration too.
   */
  readonly admit?: (traces: OwnerTraces) => Promise<void>;
}

/**
 * What shows whose a database is. Its oldest version must answer these two, since they are
 * asked before the migrations.
 */
export type OwnerTraces = Pick<Marks, 'readMark'> & Pick<CredentialRows, 'listCredentials'>;

/**
 * Opens the store and brings it to the newest version.
 *
 * @throws StartupError when a newer Sallyport has written the database
 * @throws DoorError `E_STORE_DOWN` when it cannot be read or written
 * @throws what `admit` throws
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return storeOver(await openEngine(options), options);
}

/** The contract's parts over any engine. */
export function storeOver(engine: Engine, options: Pick<StoreOptions, 'clock'>): Store {
  return {
    close: engine.close,
    ...createUpkeep(engine, options),
    ...createPrincipals(engine),
    ...createAccounts(engine),
    ...createCredentials(engine),
    ...createInvites(engine),
    ...createBearers(engine),
    ...createSessions(engine),
    ...createFeed(engine),
    ...createFlows(engine),
    ...createThrottles(engine, options),
    ...createMarks(engine),
  };
}

/**
 * Opens the database below the contract, for what works on whole tables. One arm per engine.
 *
 * @param label  how sentences call the database, where not by its address
 */
export function openEngine(options: StoreOptions, label?: string): Promise<Engine> {
  const { address, random, admit } = options;
  const patience = { random, patienceMs: PATIENCE_MS };
  const prepare = (name: string) => (engine: Engine) =>
    migrate(engine, label ?? name, async (tx) => admit?.(tracesIn(tx, engine)));
  switch (address.kind) {
    case 'sqlite':
      return openSqlite({ path: address.path, ...patience }, prepare(address.path));
    case 'postgres':
      return openPostgres({ address, ...patience }, prepare(nameDatabase(address)));
    default:
      return address satisfies never;
  }
}

function tracesIn(tx: Tx, engine: Engine): OwnerTraces {
  const within: Engine = { ...engine, read: (query) => query(tx) };
  const { readMark } = createMarks(within);
  const { listCredentials } = createCredentials(within);
  return { readMark, listCredentials };
}
