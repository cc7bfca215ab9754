/** Moves an installation from one database to another (ADR 25). @module */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { StartupError } from '../core/errors.ts';
import type { StoreAddress } from '../core/store-address.ts';
import { nameStore, refuseBusyFile, refuseBusyServer } from './alone.ts';
import { copyTables, isUnused, type RowCounts } from './copy.ts';
import { openEngine, type StoreOptions } from './open.ts';

/** From where, to where. */
export interface MoveOptions extends Omit<StoreOptions, 'address'> {
  readonly from: StoreAddress;
  readonly to: StoreAddress;
}

/**
 * Copies every row in one transaction and reads it back. Sessions go on: nothing in it changes.
 * The source stays as it is.
 *
 * @throws StartupError when a door is running on either, or somebody lives in the target
 * @throws DoorError `E_STORE_DOWN`; the target is as empty as before then
 */
export async function copyStore({ from, to, ...deps }: MoveOptions): Promise<RowCounts> {
  if (nameStore(from) === nameStore(to) || isDeepStrictEqual(from, to)) {
    throw new StartupError('Both sides are the same database: name another one with --to.', 2);
  }
  if (from.kind === 'sqlite' && !existsSync(from.path)) {
    throw new StartupError(`There is no database ${from.path}. Nothing was changed.`);
  }
  // What a door wrote during the copy would be lost with the old database.
  refuseBusyFile(from);
  refuseBusyFile(to);
  const source = await openEngine({ ...deps, address: from });
  try {
    await refuseBusyServer(source, from);
    const target = await openEngine({ ...deps, address: to });
    try {
      await refuseBusyServer(target, to);
      return await target.write(async (tx) => {
        if (await isUnused(tx)) return copyTables(source, { engine: target, tx });
        throw new StartupError(
          `Somebody lives in ${nameStore(to)} already: choose an empty one. Nothing was changed.`,
        );
      });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
