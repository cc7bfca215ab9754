/** `sallyport user list` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, noteLine, printJson, printLine } from '../io.ts';
import { personDocument } from './person.ts';

/** Adds the command that lists everybody who has signed up. */
export function addUserList(user: Command, io: Io): void {
  addConfigOption(user.command('list'))
    .description('list everybody: name, groups, whether disabled')
    .option('--json', 'print a JSON document')
    .action((options: ConfigOption & { json?: boolean }) =>
      withAdministration(io, options, async ({ administration }) => {
        const people = await administration.listUsers();
        if (options.json) return printJson(io, people.map(personDocument));
        if (people.length === 0) noteLine(io, 'Nobody has signed up yet.');
        const width = Math.max(0, ...people.map(({ name }) => name.length));
        for (const { name, groups, disabledAtMs } of people) {
          const state = disabledAtMs === null ? '' : ' (disabled)';
          printLine(io, `${name.padEnd(width)}  ${groups.join(',') || '-'}${state}`);
        }
      }),
    );
}
