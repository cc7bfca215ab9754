/** `sallyport backup` @module */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock, systemRandom } from '../core/ports.ts';
import { findInstallation } from './administration.ts';
import { addConfigOption, type ConfigOption } from './configuration.ts';
import { type Io, noteLine } from './io.ts';
import { printRows } from './rows.ts';

interface Options extends ConfigOption {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds the command that copies the whole store into one file, beside a running door. */
export function addBackup(program: Command, io: Io): void {
  addConfigOption(program.command('backup'))
    .argument('<file>', 'where to write it; keys.json is not in it, and is kept apart')
    .description('write a consistent copy of the store into one file, while the door runs')
    .option('--force', 'replace the file if there is one')
    .option('--json', 'print a JSON document')
    .action(async (file: string, options: Options) => {
      const { address, keysFile } = await findInstallation(io, options);
      const { writeBackup } = await import('../store/backup.ts');
      const counts = await writeBackup(
        { address, clock: systemClock, random: systemRandom },
        { file: resolve(file), mayReplace: options.force === true },
      );
      printRows(io, counts, options.json);
      noteLine(
        io,
        `Keep ${keysFile ?? 'the keys'} too, in another place: without it the backup opens nothing.`,
      );
    });
}
