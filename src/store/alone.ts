/** Whether a door, or another command, is at work on a database. @module */
import { sql } from 'kysely';
import { StartupError } from '../core/errors.ts';
import type { StoreAddress } from '../core/store-address.ts';
import type { Engine } from './engine.ts';
import { nameDatabase } from './postgres-faults.ts';
import { isInUse } from './sqlite-file.ts';

/** How sentences call a database. */
export const nameStore = (address: StoreAddress): string =>
  address.kind === 'sqlite' ? address.path : `the database ${nameDatabase(address)}`;

/**
 * Refuses a SQLite file that anybody else has open. Asked before we open it ourselves.
 *
 * @throws StartupError
 */
export function refuseBusyFile(address: StoreAddress): void {
  if (address.kind === 'sqlite' && isInUse(address.path)) throw busy(address);
}

/**
 * Refuses a server's database on which another Sallyport has been at work since before us: a
 * door asks for its feed every second, so that it always has a connection.
 *
 * @throws StartupError
 */
export async function refuseBusyServer(engine: Engine, address: StoreAddress): Promise<void> {
  if (engine.dialect === 'sqlite') return;
  const { rows } = await engine.read((db) =>
    // Our own others are younger than the connection that has checked the server.
    sql`select 1 from pg_stat_activity as other, pg_stat_activity as own
      where own.pid = pg_backend_pid() and other.datname = current_database()
        and other.application_name = own.application_name
        and other.backend_start < own.backend_start limit 1`.execute(db),
  );
  if (rows.length > 0) throw busy(address);
}

const busy = (address: StoreAddress) =>
  new StartupError(
    `A door is running on ${nameStore(address)}: stop it first. Nothing was changed.`,
  );
