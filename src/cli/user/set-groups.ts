/** `sallyport user set-groups` @module */
import { Argument, type Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { collectGroup } from '../group.ts';
import { type Io, noteLine } from '../io.ts';
import { unknownUser } from './refusal.ts';

/** Adds the command that replaces a person's groups. */
export function addUserSetGroups(user: Command, io: Io): void {
  addConfigOption(user.command('set-groups <name>'))
    .addArgument(new Argument('[groups...]', 'none takes all away').argParser(collectGroup))
    .description("replace a person's groups; they have to sign in again")
    .action((name: string, groups: readonly string[] | undefined, options: ConfigOption) =>
      setGroups(io, { name, groups: groups ?? [] }, options),
    );
}

async function setGroups(
  io: Io,
  { name, groups }: { readonly name: string; readonly groups: readonly string[] },
  options: ConfigOption,
): Promise<void> {
  await withAdministration(io, options, async ({ administration }) => {
    if (!(await administration.setGroups(name, groups))) throw unknownUser(name);
    noteLine(io, `${name} is in ${groups.length === 0 ? 'no group' : groups.join(', ')}.`);
  });
}
