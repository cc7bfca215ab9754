/** `sallyport keys retire` @module */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { systemClock as clock, systemRandom as random } from '../../core/ports.ts';
import { retireKey, SPREAD_MS } from '../../data-dir/ring.ts';
import { resealCredentials } from '../../keys/reseal.ts';
import { sealNeededMs } from '../../keys/rotation.ts';
import type { Store } from '../../store/contract.ts';
import { configOfInstallation } from '../administration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine } from '../io.ts';
import { applyChange, refusal } from './ring-change.ts';
import { addRingOption, type RingOption } from './ring-option.ts';

interface Options extends RingOption {
  readonly now?: boolean;
}

/** Adds the command that takes a key out of its ring. */
export function addKeysRetire(keys: Command, io: Io): void {
  addRingOption(keys.command('retire'))
    .argument('<id>', 'which key, as "keys list" shows it')
    .description('take a key away, once nothing sealed with it is in use')
    .option('--now', 'sign out those whose cookies were sealed with it')
    .action(async (id: string, options: Options) => {
      const { config } = configOfInstallation(io, options);
      const { openInstallation } = await import('../../door/installation.ts');
      let place: 'in-file' | 'printed';
      const { dataDir, store } = await openInstallation(config, { clock, random });
      try {
        // Opening has moved the installation's mark on from a key that was replaced.
        if (options.ring === 'store') await resealCredentials({ store, ...dataDir, random });
        const confirm = async () => {
          // Nobody has sealed with it for seconds: what is counted can only become less.
          if (options.ring === 'store') await refuseWhileNeeded(store, id);
        };
        const neededMs = neededAfterUse(config, options);
        place = await applyChange(io, { config, confirm }, (file) => {
          const change = retireKey(file[options.ring], id, { nowMs: clock.nowMs(), neededMs });
          if (!change.ok) throw refusal(change);
          return { ...file, [options.ring]: change.ring };
        });
      } finally {
        await store.close();
      }
      if (place === 'in-file') noteLine(io, `${id} is retired.`);
    });
}

function neededAfterUse({ session }: Config, { ring, now }: Options): number {
  if (ring === 'store') return SPREAD_MS;
  return now === true ? 0 : sealNeededMs(session);
}

async function refuseWhileNeeded(store: Store, id: string): Promise<void> {
  const rows = await store.countSealed(id, clock.nowMs());
  if (rows === 0) return;
  throw new CommandError(
    `Rows of the database that need this key: ${rows}. It stays. Half-finished forms are gone within ` +
      'ten minutes; credentials that remain are damaged, and their owners need new ones.',
    EXIT.refused,
  );
}
