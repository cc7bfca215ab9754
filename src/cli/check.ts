/** `sallyport check` @module */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { formatProblem } from '../config/load.ts';
import { StartupError } from '../core/errors.ts';
import { parseGiven } from '../data-dir/keys.ts';
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
      const fault = loaded.ok ? faultOfKeys(loaded.config) : undefined;
      if (fault !== undefined) {
        const place = {
          file: configFile(io, options) ?? '',
          line: 0,
          column: 0,
          path: 'keys.rings',
        };
        if (options.json) {
          printJson(io, { ok: false, problems: [{ ...place, problem: fault, remedy: '' }] });
        }
        throw new CommandError(fault, EXIT.usage);
      }
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

/** Key rings are read by the start only, which must not be the first to say that they are damaged. */
function faultOfKeys({ keys }: Config): string | undefined {
  try {
    if (keys.rings !== undefined) parseGiven(keys.rings);
    return undefined;
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
}
