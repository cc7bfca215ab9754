/** Where every command begins that changes or shows an installation. @module */
import { existsSync } from 'node:fs';
import { type ConfigOption, readConfiguration } from './configuration.ts';
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
  const { config } = readConfiguration(io, options);
  // A command typed in the wrong folder must not leave an empty installation behind.
  if (options.mayCreate !== true && !existsSync(config.dataDir)) {
    throw new CommandError(
      `There is no data directory at ${config.dataDir}: name the configuration with --config, or start the door once.`,
      EXIT.failed,
    );
  }
  // Loaded only here: help and a refused configuration come at once.
  const { workAtDesk } = await import('./desk.ts');
  return withStackTraces(io, config, () => workAtDesk(io, config, work));
}
