/** The operator's desk: store and rules opened for the length of one command. @module */
import { existsSync } from 'node:fs';
import { createAdministration } from '../accounts/administration.ts';
import type { Administration } from '../accounts/contract.ts';
import { createLogSink } from '../audit/sinks.ts';
import type { Config } from '../config/config.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import { openDataDir } from '../data-dir/data-dir.ts';
import { openStore } from '../store/open.ts';
import { createLog } from '../telemetry/logger.ts';
import { type ConfigOption, readConfiguration } from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { withStackTraces } from './failure.ts';
import type { Io } from './io.ts';

export interface Desk {
  readonly config: Config;
  readonly administration: Administration;
}

export interface DeskOptions extends ConfigOption {
  /** Make the data directory where there is none; else that is an error. */
  readonly mayCreate?: boolean;
}

/**
 * Opens the installation, works on it, closes it. The door may run meanwhile:
 * both use the same store, and the door learns of changes from its feed.
 *
 * @throws StartupError or CommandError with a sentence for the operator
 */
export async function withAdministration<T>(
  io: Io,
  options: DeskOptions,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const { config } = readConfiguration(io, options);
  // A command typed in the wrong folder must not leave an empty installation behind.
  if (options.mayCreate !== true && !existsSync(config.dataDir)) {
    throw new CommandError(
      `There is no data directory at ${config.dataDir}: name the configuration with --config, or start the door once.`,
      EXIT.failed,
    );
  }
  return withStackTraces(io, config, () => openAndWork(io, config, work));
}

async function openAndWork<T>(
  io: Io,
  config: Config,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const dataDir = await openDataDir(config.dataDir, { random: systemRandom });
  const deps = { clock: systemClock, random: systemRandom };
  const store = await openStore({ path: dataDir.databaseFile, ...deps });
  // Standard output carries the result alone, so the audit goes to standard error.
  const log = createLog({ ...config.log, destination: io.stderr });
  try {
    const audit = createLogSink(log);
    const { storeKeys } = dataDir;
    const administration = createAdministration({
      store,
      storeKeys,
      audit,
      policy: config.auth,
      ...deps,
    });
    return await work({ config, administration });
  } finally {
    log.flush();
    await store.close();
  }
}
