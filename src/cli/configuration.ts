/** The configuration that a command works with: file, environment or demonstration. @module */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { configuresDoor } from '../config/environment.ts';
import { demoConfig, formatProblem, type LoadedConfig, loadConfig } from '../config/load.ts';
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
const DEFAULT_PORT = 8080;

/** Adds `--config`. */
export function addConfigOption(command: Command): Command {
  return command.option(
    '-c, --config <file>',
    'configuration file, else SALLYPORT_CONFIG; without either, SALLYPORT_… settings, or else the demonstration with ./data',
  );
}

/** The file that the option names, else the environment: containers set it once. */
export const configFile = (io: Io, { config }: ConfigOption): string | undefined =>
  config ?? (io.env.SALLYPORT_CONFIG || undefined);

/** Whether neither a file nor the environment says what the door is to do. */
export const isDemonstration = (io: Io, options: ConfigOption): boolean =>
  configFile(io, options) === undefined && !configuresDoor(io.env);

/** Reads file and environment, without judging for the command what is wrong with them. */
export function loadConfiguration(io: Io, options: ConfigOption): LoadedConfig {
  const file = configFile(io, options);
  const port = file === undefined ? portFrom(io) : undefined;
  return loadConfig({ file, env: io.env, port });
}

/**
 * Reads file and environment, or makes the configuration of a first start.
 *
 * @param demoOrigin  where the demonstration upstream listens; commands that proxy nothing have none
 * @throws CommandError that lists every problem
 */
export function readConfiguration(
  io: Io,
  options: ConfigOption,
  demoOrigin = 'http://127.0.0.1:9',
): Configuration {
  if (isDemonstration(io, options)) {
    const dataDir = io.env.SALLYPORT_DATA_DIR || DEFAULT_DATA_DIR;
    const port = portFrom(io) ?? DEFAULT_PORT;
    return { config: demoConfig({ upstream: demoOrigin, dataDir, port }), warnings: [] };
  }
  const loaded = loadConfiguration(io, options);
  if (loaded.ok) return loaded;
  const problems = loaded.problems.map(formatProblem);
  throw new CommandError(`The configuration is refused:\n${problems.join('\n')}`, EXIT.usage);
}

/** From the environment, so that `invite` and the others print links that fit the running door. */
function portFrom({ env: { SALLYPORT_PORT: text = '' } }: Io): number | undefined {
  // Kubernetes sets tcp://10.0.0.1:8080 beside a Service that is called "sallyport".
  if (text === '' || text.startsWith('tcp://')) return undefined;
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new CommandError('SALLYPORT_PORT is no port: write a number from 1 to 65535.', EXIT.usage);
}
