/** `sallyport keys activate` @module */
import type { Command } from 'commander';
import { systemClock } from '../../core/ports.ts';
import { activateKey } from '../../data-dir/ring.ts';
import { configOfInstallation } from '../administration.ts';
import { type Io, noteLine } from '../io.ts';
import { applyChange, refusal } from './ring-change.ts';
import { addRingOption, type RingOption } from './ring-option.ts';

interface Options extends RingOption {
  readonly force?: boolean;
}

/** Adds the command that makes a key the one that seals. */
export function addKeysActivate(keys: Command, io: Io): void {
  addRingOption(keys.command('activate'))
    .argument('<id>', 'which key, as "keys add" has printed it')
    .description('seal with this key from now on')
    .option(
      '--force',
      'also within ten seconds after "keys add": whoever asks a door without the key is signed out',
    )
    .action(async (id: string, options: Options) => {
      const { ring, force: isForced = false } = options;
      const { config } = configOfInstallation(io, options);
      const place = await applyChange(io, { config }, (file) => {
        const change = activateKey(file[ring], id, { nowMs: systemClock.nowMs(), isForced });
        if (!change.ok) throw refusal(change);
        return { ...file, [ring]: change.ring };
      });
      if (place === 'in-file') noteLine(io, `${id} seals from now on.`);
    });
}
