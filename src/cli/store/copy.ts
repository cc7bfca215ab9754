/** `sallyport store copy` @module */
import type { Command } from 'commander';
import { systemClock, systemRandom } from '../../core/ports.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, noteLine } from '../io.ts';
import { printRows } from '../rows.ts';
import { placeOf } from './place.ts';

interface Options extends ConfigOption {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

const PLACES = 'config, sqlite:PATH, postgres://… or file:PATH of a file that holds such a URL';

/** Adds the command that moves an installation to another database. */
export function addStoreCopy(store: Command, io: Io): void {
  addConfigOption(store.command('copy'))
    .description('copy everything into an empty store and verify it; no door may run')
    .option('--from <place>', `where it is: ${PLACES}`, 'config')
    .option('--to <place>', 'where it goes, in the same words', 'config')
    .option('--json', 'print a JSON document')
    .action(async (options: Options) => {
      const from = await placeOf(io, options, options.from);
      const to = await placeOf(io, options, options.to);
      const { copyStore } = await import('../../store/move.ts');
      const counts = await copyStore({ from, to, clock: systemClock, random: systemRandom });
      printRows(io, counts, options.json);
      noteLine(io, 'Every row was read back and is the same. The old store is as it was.');
    });
}
