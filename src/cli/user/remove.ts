/** `sallyport user remove` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, isInteractive, noteLine } from '../io.ts';
import { confirm } from '../prompt.ts';
import { unknownUser } from './refusal.ts';

interface Options extends ConfigOption {
  readonly yes?: boolean;
}

/** Adds the command that deletes a person. */
export function addUserRemove(user: Command, io: Io): void {
  addConfigOption(user.command('remove <name>'))
    .description('delete a person, their app and their sessions; the name becomes free')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: Options) => removeUser(io, name, options));
}

async function removeUser(io: Io, name: string, options: Options): Promise<void> {
  if (options.yes !== true && !isInteractive(io)) {
    throw new CommandError('Say --yes to remove somebody without being asked.', EXIT.usage);
  }
  await withAdministration(io, options, async ({ administration }) => {
    const person = await administration.findUser(name);
    if (person === undefined) throw unknownUser(name);
    const isAgreed = options.yes === true || (await confirm(io, `Remove ${person.name} for good?`));
    if (!isAgreed) throw new CommandError('Nobody was removed.', EXIT.refused);
    if (!(await administration.removeUser(name))) throw unknownUser(name);
    noteLine(io, `${person.name} is removed.`);
  });
}
