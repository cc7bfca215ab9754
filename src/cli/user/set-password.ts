/** `sallyport user set-password` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine } from '../io.ts';
import { addPasswordOptions, type PasswordOptions, readNewPassword } from '../password.ts';
import { refusalOf, unknownUser } from './refusal.ts';

type Options = ConfigOption & PasswordOptions;

/** Adds the command for a forgotten password. */
export function addUserSetPassword(user: Command, io: Io): void {
  addPasswordOptions(addConfigOption(user.command('set-password <name>')))
    .description('give a person a new password, and end their sessions')
    .action((name: string, options: Options) => setPassword(io, name, options));
}

async function setPassword(io: Io, name: string, options: Options): Promise<void> {
  await withAdministration(io, options, async ({ administration }) => {
    // Before the question: nobody should think up a password for nobody.
    if ((await administration.findUser(name)) === undefined) throw unknownUser(name);
    const result = await administration.setPassword(name, await readNewPassword(io, options));
    if (result === undefined) throw unknownUser(name);
    if (!result.ok) throw new CommandError(refusalOf(result.problems), EXIT.refused);
    noteLine(io, `${name} has a new password.`);
  });
}
