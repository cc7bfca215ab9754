/** `sallyport check` @module */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { formatProblem } from '../config/load.ts';
import { parseGiven } from '../data-dir/keys.ts';
import {
  addConfigOption,
  type ConfigOption,
  configFile,
  isDemonstration,
  loadConfiguration,
} from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { type Io, noteLine, printJson, printLine } from './io.ts';

/** Keys from outside are part of what was written down; those in a file are the start's matter. */
function checkGivenKeys({ keys }: Config): void {
  if (keys.rings === undefined) return;
  try {
    parseGiven(keys.rings);
  } catch (error) {
    throw new CommandError(explainFailure(error).message, EXIT.usage);
  }
}

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
      if (loaded.ok) checkGivenKeys(loaded.config);
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
