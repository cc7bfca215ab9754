/** What the `keys` commands share: the ring, and the installation that has it. @module */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Config } from '../../config/config.ts';
import type { RingRefusal } from '../../data-dir/ring.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** `--config` and `--ring`. */
export interface RingOption extends ConfigOption {
  readonly ring: 'seal' | 'store';
}

/** Adds `--config` and `--ring`. */
export function addRingOption(command: Command): Command {
  return addConfigOption(command).addOption(
    new Option('-r, --ring <ring>', 'keys of cookies, or of what the database holds')
      .choices(['seal', 'store'])
      .default('seal'),
  );
}

/**
 * Reads the configuration of an installation that is there already.
 *
 * @throws CommandError where there is none
 */
export function configOfInstallation(io: Io, options: ConfigOption): Config {
  const { config } = readConfiguration(io, options);
  if (existsSync(config.dataDir)) return config;
  throw new CommandError(
    `There is no data directory at ${config.dataDir}: name the configuration with --config, or start the door once.`,
    EXIT.failed,
  );
}

const SENTENCES: Readonly<Record<RingRefusal, string>> = {
  unknown: 'The ring has no such key: see "sallyport keys list".',
  issues: 'This key is the one that seals: activate another one before it can go.',
  'too-young':
    'A process may not have this key yet: wait ten seconds after adding it, or say --force.',
  needed: 'What was sealed with this key may still be in use: wait, or say --now for cookies.',
};

/** Why a ring stays as it is, for the person at the terminal. */
export const refusal = (reason: RingRefusal): CommandError =>
  new CommandError(SENTENCES[reason], reason === 'unknown' ? EXIT.notFound : EXIT.refused);
