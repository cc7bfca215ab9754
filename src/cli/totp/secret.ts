/** `sallyport totp secret` @module */
import type { Command } from 'commander';
import { createTotpSecret } from '../../accounts/totp.ts';
import { systemRandom } from '../../core/ports.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from '../configuration.ts';
import { type Io, printJson, printLine } from '../io.ts';

/** Adds the command that draws a new secret, e.g. for `user add --totp-secret-file`. */
export function addTotpSecret(totp: Command, io: Io): void {
  addConfigOption(totp.command('secret'))
    .description("print a new base32 secret, of the length of the configured algorithm's hash")
    .option('--json', 'print a JSON document')
    .action((options: ConfigOption & { json?: boolean }) => {
      const { algorithm } = readConfiguration(io, options).config.auth.totp;
      const secret = createTotpSecret(algorithm, systemRandom);
      if (options.json) printJson(io, { secret, algorithm });
      else printLine(io, secret);
    });
}
