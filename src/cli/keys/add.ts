/** `sallyport keys add` @module */
import type { Command } from 'commander';
import { systemRandom as random, systemClock } from '../../core/ports.ts';
import { drawKey } from '../../data-dir/keys.ts';
import { addKey } from '../../data-dir/ring.ts';
import { configOfInstallation } from '../administration.ts';
import { type Io, noteLine, printLine } from '../io.ts';
import { applyChange } from './ring-change.ts';
import { addRingOption, type RingOption } from './ring-option.ts';

/** Adds the command that makes a key which opens, and seals nothing yet. */
export function addKeysAdd(keys: Command, io: Io): void {
  addRingOption(keys.command('add'))
    .description('make a key that opens, but does not seal yet; prints its id')
    .action(async (options: RingOption) => {
      const { config } = configOfInstallation(io, options);
      const { id, key } = drawKey(random, systemClock.nowMs());
      const place = await applyChange(io, { config }, (file) => ({
        ...file,
        [options.ring]: addKey(file[options.ring], id, key),
      }));
      if (place === 'in-file') printLine(io, id);
      const when = place === 'in-file' ? 'In ten seconds' : 'Once every door has it';
      noteLine(io, `${when}: sallyport keys activate --ring ${options.ring} ${id}`);
    });
}
