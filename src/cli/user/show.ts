/** `sallyport user show` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { personDocument } from './person.ts';
import { unknownUser } from './refusal.ts';

/** Adds the command that shows one person. */
export function addUserShow(user: Command, io: Io): void {
  addConfigOption(user.command('show <name>'))
    .description('show one person')
    .option('--json', 'print a JSON document')
    .action((name: string, options: ConfigOption & { json?: boolean }) =>
      withAdministration(io, options, async ({ administration }) => {
        const person = await administration.findUser(name);
        if (person === undefined) throw unknownUser(name);
        const shown = personDocument(person);
        if (options.json) return printJson(io, shown);
        printLine(io, `name      ${shown.name}`);
        printLine(io, `groups    ${shown.groups.join(', ') || '-'}`);
        printLine(io, `created   ${shown.created_at}`);
        printLine(io, `disabled  ${shown.disabled_at ?? 'no'}`);
        printLine(io, `id        ${shown.id}`);
      }),
    );
}
