/** An installation, opened: its folder, its keys, its store, and that they belong together. @module */
import type { Config } from '../config/config.ts';
import { StartupError } from '../core/errors.ts';
import type { Clock, Random } from '../core/ports.ts';
import { storeAddressOf } from '../core/store-address.ts';
import { type DataDir, openDataDir } from '../data-dir/data-dir.ts';
import { describeStranger, findStranger, recogniseStranger, type Stranger } from '../keys/proof.ts';
import type { Store } from '../store/contract.ts';
import { openStore } from '../store/open.ts';

/** What doors and commands work on. */
export interface Installation {
  readonly dataDir: DataDir;
  /** The caller's to close. */
  readonly store: Store;
}

/**
 * Opens data directory and store.
 *
 * @throws StartupError with a sentence for the operator, also where the store is another
 *   installation's; nothing in it was changed then
 */
export async function openInstallation(
  config: Config,
  deps: { readonly clock: Clock; readonly random: Random },
): Promise<Installation> {
  const dataDir = await openDataDir(config.dataDir, { ...deps, keys: config.keys });
  const store = await openStore({
    address: storeAddressOf(config, dataDir),
    ...deps,
    // A newer version that came by mistake must not migrate what the owner's still works on.
    admit: async (traces) => refuse(await recogniseStranger({ store: traces, ...dataDir })),
  });
  try {
    // Once more: nobody had used it yet, and another process may have come first.
    refuse(await findStranger({ store, ...dataDir }));
    return { dataDir, store };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function refuse(stranger: Stranger | undefined): void {
  if (stranger !== undefined) throw new StartupError(describeStranger(stranger));
}
