/** `sallyport check` @module */
import type { Command } from 'commander';
import { formatProblem, type LoadedConfig } from '../config/load.ts';
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
      const file = configFile(io, options) ?? 'The environment';
      const loaded = withKeysRead(loadConfiguration(io, options), file);
      if (options.json) printJson(io, loaded.ok ? { ok: true, warnings: loaded.warnings } : loaded);
      if (!loaded.ok) {
        if (!options.json)
          for (const problem of loaded.problems) printLine(io, formatProblem(problem));
        throw new CommandError(`${file} is refused.`, EXIT.usage);
      }
      for (const warning of loaded.warnings) noteLine(io, `warning: ${warning}`);
      if (!options.json) printLine(io, 'ok');
    });
}

/** Keys given as text are read by the start only, which is not to be the first to refuse them. */
function withKeysRead(loaded: LoadedConfig, file: string): LoadedConfig {
  if (!loaded.ok || loaded.config.keys.rings === undefined) return loaded;
  try {
    parseGiven(loaded.config.keys.rings);
    return loaded;
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    const place = { file, line: 0, column: 0, path: 'keys.rings' };
    const problem = { ...place, problem: 'it holds no keys', remedy: error.message };
    return { ok: false, problems: [problem], files: loaded.files };
  }
}
