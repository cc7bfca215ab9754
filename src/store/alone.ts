/** Whether a door, or another command, is at work on a database. @module */
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { StartupError } from '../core/errors.ts';
import type { StoreAddress } from '../core/store-address.ts';
import type { Engine } from './engine.ts';
import { nameDatabase } from './postgres-faults.ts';
import { isInUse } from './sqlite-file.ts';

const LOOKS = 15;
const LOOK_MS = 100;

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
  // The server takes a moment to notice that a door which has just stopped is gone.
  for (let looks = 1; await hasElders(engine); looks += 1) {
    if (looks === LOOKS) throw busy(address);
    await wait(LOOK_MS);
  }
}

/** Our own other connections are younger than the one that has checked the server. */
const hasElders = (engine: Engine): Promise<boolean> =>
  engine.read(async (db) => {
    const { rows } = await sql`
      select 1 from pg_stat_activity as other, pg_stat_activity as own
      where own.pid = pg_backend_pid() and other.datname = current_database()
        and other.application_name = own.application_name
        and other.backend_start < own.backend_start limit 1`.execute(db);
    return rows.length > 0;
  });

const busy = (address: StoreAddress) =>
  new StartupError(
    `A door is running on ${nameStore(address)}: stop it first. Nothing was changed.`,
  );
