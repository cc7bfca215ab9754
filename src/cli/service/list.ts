/** `sallyport service list` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { type Io, printJson, printLine } from '../io.ts';

/** Adds the command that lists services, never their seeds. */
export function addServiceList(service: Command, io: Io): void {
  addConfigOption(service.command('list'))
    .description('list every service: name, realm, groups')
    .option('--json', 'print a JSON document')
    .action((options: ConfigOption & { json?: boolean }) =>
      withAdministration(io, options, async ({ services }) => {
        const all = await services.list();
        if (options.json) {
          return printJson(
            io,
            all.map(({ id, name, realm, groups, createdAtMs }) => ({
              id,
              name,
              realm,
              groups,
              created_at: new Date(createdAtMs).toISOString(),
            })),
          );
        }
        const names = all.map(({ name, realm }) => `${name}@${realm}`);
        const width = Math.max(0, ...names.map((name) => name.length));
        for (const [i, { groups }] of all.entries()) {
          printLine(io, `${names[i]?.padEnd(width)}  ${groups.join(',') || '-'}`);
        }
      }),
    );
}
