/** Opens the store of an installation. @module */
import type { Clock, Random } from '../core/ports.ts';
import type { StoreAddress } from '../core/store-address.ts';
import { createAccounts } from './accounts.ts';
import { createBearers } from './bearers.ts';
import type { Store } from './contract.ts';
import { createCredentials } from './credentials.ts';
import type { Engine } from './engine.ts';
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
}

/**
 * Opens the store and brings it to the newest version.
 *
 * @throws StartupError when a newer Sallyport has written the database
 * @throws DoorError `E_STORE_DOWN` when it cannot be read or written
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
export function openEngine({ address, random }: StoreOptions, label?: string): Promise<Engine> {
  const patience = { random, patienceMs: PATIENCE_MS };
  switch (address.kind) {
    case 'sqlite':
      return openSqlite({ path: address.path, ...patience }, (engine) =>
        migrate(engine, label ?? address.path),
      );
    case 'postgres':
      return openPostgres({ address, ...patience }, (engine) =>
        migrate(engine, label ?? nameDatabase(address)),
      );
    default:
      return address satisfies never;
  }
}
