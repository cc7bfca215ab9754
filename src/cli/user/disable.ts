/** `sallyport user disable` and `sallyport user enable` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, noteLine } from '../io.ts';
import { unknownUser } from './refusal.ts';

/** Adds the command that keeps a person out and ends their sessions. */
export function addUserDisable(user: Command, io: Io): void {
  addConfigOption(user.command('disable <name>'))
    .description('keep a person out, and end their sessions within two seconds')
    .action((name: string, options: ConfigOption) =>
      setDisabled(io, { name, disabled: true }, options),
    );
}

/** Adds the command that lets a disabled person in again. */
export function addUserEnable(user: Command, io: Io): void {
  addConfigOption(user.command('enable <name>'))
    .description('let a disabled person in again')
    .action((name: string, options: ConfigOption) =>
      setDisabled(io, { name, disabled: false }, options),
    );
}

async function setDisabled(
  io: Io,
  { name, disabled }: { readonly name: string; readonly disabled: boolean },
  options: ConfigOption,
): Promise<void> {
  await withAdministration(io, options, async ({ administration }) => {
    if (!(await administration.setDisabled(name, disabled))) throw unknownUser(name);
    noteLine(io, disabled ? `${name} is kept out.` : `${name} may sign in again.`);
  });
}
