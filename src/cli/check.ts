/** `sallyport check` @module */
import type { Command } from 'commander';
import { formatProblem } from '../config/load.ts';
import {
  addConfigOption,
  type ConfigOption,
  configFile,
  isDemonstration,
  loadConfiguration,
} from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, noteLine, printJson, printLine } from './io.ts';

/** Adds the command that looks for every problem of a configuration file at once. */
export function addCheck(program: Command, io: Io): void {
  addConfigOption(program.command('check'))
    .description('check a configuration file without starting anything')
    .option('--json', 'print a JSON document')
    .action((options: ConfigOption & { json?: boolean }) => {
      if (isDemonstration(io, options)) {
        throw new CommandError('Name the file to check with --config.', EXIT.usage);
      }
      const loaded = loadConfiguration(io, options);
      if (options.json) printJson(io, loaded.ok ? { ok: true, warnings: loaded.warnings } : loaded);
      if (!loaded.ok) {
        if (!options.json)
          for (const problem of loaded.problems) printLine(io, formatProblem(problem));
        throw new CommandError(
          `${configFile(io, options) ?? 'The environment'} is refused.`,
          EXIT.usage,
        );
      }
      for (const warning of loaded.warnings) noteLine(io, `warning: ${warning}`);
      if (!options.json) printLine(io, 'ok');
    });
}
