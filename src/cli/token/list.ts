/** `sallyport token list` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { bearerDocument } from './document.ts';

/** Adds the command that lists the bearers, never their tokens. */
export function addTokenList(token: Command, io: Io): void {
  addConfigOption(token.command('list'))
    .description('list the bearers: scopes, end, last use')
    .option('--json', 'print a JSON document')
    .action((options: ConfigOption & { json?: boolean }) =>
      withAdministration(io, options, async ({ bearers }) => {
        const documents = (await bearers.list()).map(bearerDocument);
        if (options.json) return printJson(io, documents);
        const width = Math.max(0, ...documents.map(({ name }) => name.length));
        for (const { name, scopes, expires_at, last_used_at } of documents) {
          const used = last_used_at === null ? 'never used' : `last used ${last_used_at}`;
          printLine(io, `${name.padEnd(width)}  ${scopes.join(',')}  until ${expires_at}, ${used}`);
        }
      }),
    );
}
