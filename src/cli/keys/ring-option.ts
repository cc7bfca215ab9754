/** Which of the two rings a `keys` command is about. @module */
import { type Command, Option } from 'commander';
import { addConfigOption, type ConfigOption } from '../configuration.ts';

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
