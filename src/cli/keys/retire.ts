/** `sallyport keys retire` @module */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { systemClock as clock, systemRandom as random } from '../../core/ports.ts';
import type { StoreAddress } from '../../core/store-address.ts';
import { changeKeys } from '../../data-dir/change-keys.ts';
import { openDataDir } from '../../data-dir/data-dir.ts';
import { retireKey, SPREAD_MS } from '../../data-dir/ring.ts';
import { storeAddressOf } from '../../store-address.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine } from '../io.ts';
import { addRingOption, configOfInstallation, type RingOption, refusal } from './ring-option.ts';

interface Options extends RingOption {
  readonly now?: boolean;
}

/** Adds the command that takes a key out of its ring. */
export function addKeysRetire(keys: Command, io: Io): void {
  addRingOption(keys.command('retire <id>'))
    .description('take a key away, once nothing sealed with it is in use')
    .option('--now', 'sign out those whose cookies were sealed with it')
    .action(async (id: string, options: Options) => {
      const config = configOfInstallation(io, options);
      const dataDir = await openDataDir(config.dataDir, { random });
      const neededMs = neededAfterUse(config, options);
      const confirm = async () => {
        // Nobody has sealed with it for seconds: what is counted can only become less.
        if (options.ring === 'store') await refuseWhileNeeded(storeAddressOf(config, dataDir), id);
      };
      await changeKeys(dataDir.keysFile, { random, confirm }, (file) => {
        const change = retireKey(file[options.ring], id, { nowMs: clock.nowMs(), neededMs });
        if (!change.ok) throw refusal(change.reason);
        return { ...file, [options.ring]: change.ring };
      });
      noteLine(io, `${id} is retired.`);
    });
}

/** Processes take the next key within seconds, and one may seal with the old one until then. */
function neededAfterUse(config: Config, { ring, now }: Options): number {
  if (ring === 'store') return SPREAD_MS;
  return now === true ? 0 : config.session.lifetimeMs + SPREAD_MS;
}

async function refuseWhileNeeded(address: StoreAddress, id: string): Promise<void> {
  const { openStore } = await import('../../store/open.ts');
  const store = await openStore({ address, clock, random });
  try {
    const rows = await store.countSealed(id);
    if (rows === 0) return;
    throw new CommandError(`${rows} rows of the database need this key: it stays.`, EXIT.refused);
  } finally {
    await store.close();
  }
}
