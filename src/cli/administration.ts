/** Where every command begins that changes or shows an installation. @module */
import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import { systemRandom } from '../core/ports.ts';
import { type StoreAddress, storeAddressOf } from '../core/store-address.ts';
import { type ConfigOption, type Configuration, readConfiguration } from './configuration.ts';
import type { Desk } from './desk.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { withStackTraces } from './failure.ts';
import type { Io } from './io.ts';

/** Which installation, and what to do where there is none. */
export interface DeskOptions extends ConfigOption {
  /** Make the data directory where there is none; else that is an error. */
  readonly mayCreate?: boolean;
}

/**
 * Works on the installation that the options name. The door may run meanwhile:
 * both use the same store, and the door learns of changes from its feed.
 *
 * @throws StartupError or CommandError with a sentence for the operator
 */
export async function withAdministration<T>(
  io: Io,
  options: DeskOptions,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const read = options.mayCreate === true ? readConfiguration : configOfInstallation;
  const { config } = read(io, options);
  // Loaded only here: help and a refused configuration come at once.
  const { workAtDesk } = await import('./desk.ts');
  return withStackTraces(io, config, () => workAtDesk(io, config, work));
}

/** An installation as it lies there, its store not opened. */
export interface Found {
  readonly config: Config;
  readonly address: StoreAddress;
  readonly storeKeys: KeySet;
  /** Absolute path of the data directory. */
  readonly folder: string;
  /** Absolute path; undefined where the keys come from outside. */
  readonly keysFile: string | undefined;
}

/**
 * Finds the installation that the options name, for what works on its store as a whole.
 *
 * @throws StartupError or CommandError with a sentence for the operator
 */
export async function findInstallation(io: Io, options: ConfigOption): Promise<Found> {
  const { config } = configOfInstallation(io, options);
  const { openDataDir } = await import('../data-dir/data-dir.ts');
  const { keys, dataDir: path } = config;
  const dataDir = await openDataDir(path, { random: systemRandom, keys });
  const { path: folder, storeKeys, keysFile } = dataDir;
  return { config, address: storeAddressOf(config, dataDir), storeKeys, folder, keysFile };
}

/**
 * Reads the configuration of an installation that is there already: a command typed in the
 * wrong folder must not leave an empty one behind.
 *
 * @throws CommandError where there is none
 */
export function configOfInstallation(io: Io, options: ConfigOption): Configuration {
  const configuration = readConfiguration(io, options);
  const { dataDir } = configuration.config;
  if (existsSync(dataDir)) return configuration;
  throw new CommandError(
    `There is no data directory at ${dataDir}: start the door once, or name another configuration with --config.`,
    EXIT.failed,
  );
}
