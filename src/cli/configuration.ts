/** The configuration that a command works with: its file, or what `run` uses without one. @module */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { demoConfig, formatProblem, loadConfig } from '../config/load.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/** What `--config` holds once parsed. */
export interface ConfigOption {
  readonly config?: string;
}

/** A checked configuration, and what is allowed in it but probably not meant. */
export interface Configuration {
  readonly config: Config;
  readonly warnings: readonly string[];
}

const DEFAULT_DATA_DIR = 'data';

/** Adds `--config`. */
export function addConfigOption(command: Command): Command {
  return command.option(
    '-c, --config <file>',
    'configuration file, else SALLYPORT_CONFIG; without either, the demonstration with ./data',
  );
}

/** The file that the option names, else the environment: containers set it once. */
export const configFile = (io: Io, { config }: ConfigOption): string | undefined =>
  config ?? (io.env.SALLYPORT_CONFIG || undefined);

/**
 * Reads the configuration file, or makes the configuration of a first start.
 *
 * @param demoOrigin  where the demonstration upstream listens; commands that proxy nothing have none
 * @throws CommandError that lists every problem of the file
 */
export function readConfiguration(
  io: Io,
  options: ConfigOption,
  demoOrigin = 'http://127.0.0.1:9',
): Configuration {
  const file = configFile(io, options);
  if (file === undefined) {
    const dataDir = io.env.SALLYPORT_DATA_DIR ?? DEFAULT_DATA_DIR;
    const port = demoPort(io.env.SALLYPORT_PORT);
    return { config: demoConfig({ upstream: demoOrigin, dataDir, port }), warnings: [] };
  }
  const loaded = loadConfig({ file, env: io.env });
  if (loaded.ok) return loaded;
  const problems = loaded.problems.map(formatProblem);
  throw new CommandError(`The configuration is refused:\n${problems.join('\n')}`, EXIT.usage);
}

/** From the environment, so that `invite` and the others print links that fit the running door. */
function demoPort(text = '8080'): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new CommandError('SALLYPORT_PORT is no port: write a number from 1 to 65535.', EXIT.usage);
}
