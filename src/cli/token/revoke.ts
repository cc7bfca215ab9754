/** `sallyport token revoke` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine } from '../io.ts';

/** Adds the command that ends a bearer. */
export function addTokenRevoke(token: Command, io: Io): void {
  addConfigOption(token.command('revoke <name>'))
    .description('end a bearer, and what it has opened')
    .action((name: string, options: ConfigOption) =>
      withAdministration(io, options, async ({ bearers }) => {
        if (!(await bearers.revoke(name))) {
          throw new CommandError(
            `There is no bearer called ${JSON.stringify(name)}.`,
            EXIT.notFound,
          );
        }
        noteLine(io, `${name} is revoked.`);
      }),
    );
}
