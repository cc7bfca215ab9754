/** `sallyport keys add` @module */
import type { Command } from 'commander';
import { systemRandom as random, systemClock } from '../../core/ports.ts';
import { changeKeys } from '../../data-dir/change-keys.ts';
import { openDataDir } from '../../data-dir/data-dir.ts';
import { drawKey } from '../../data-dir/keys.ts';
import { addKey } from '../../data-dir/ring.ts';
import { type Io, noteLine, printLine } from '../io.ts';
import { addRingOption, configOfInstallation, type RingOption } from './ring-option.ts';

/** Adds the command that makes a key which opens, and seals nothing yet. */
export function addKeysAdd(keys: Command, io: Io): void {
  addRingOption(keys.command('add'))
    .description('make a key that opens, but does not seal yet; prints its id')
    .action(async (options: RingOption) => {
      const { keysFile } = await openDataDir(configOfInstallation(io, options).dataDir, { random });
      const { id, key } = drawKey(random, systemClock.nowMs());
      await changeKeys(keysFile, { random }, (file) => ({
        ...file,
        [options.ring]: addKey(file[options.ring], id, key),
      }));
      printLine(io, id);
      noteLine(io, `In ten seconds: sallyport keys activate --ring ${options.ring} ${id}`);
    });
}
