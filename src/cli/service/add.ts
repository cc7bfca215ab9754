/** `sallyport service add` @module */
import type { Command } from 'commander';
import type { ServiceName } from '../../accounts/services-contract.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { addGroupOption } from '../group.ts';
import type { Io } from '../io.ts';
import { readSecretFile } from '../password.ts';
import { ACTOR, addServiceArgument, REFUSALS } from './name.ts';
import { printSeed, type SeedOptions } from './print-seed.ts';

interface Options extends ConfigOption, SeedOptions {
  readonly group?: readonly string[];
  readonly seedFile?: string;
}

/** Adds the command that makes a service. */
export function addServiceAdd(service: Command, io: Io): void {
  addGroupOption(addConfigOption(addServiceArgument(service.command('add'))), 'service')
    .description('make a service; prints its seed once')
    .option('--seed-file <file>', 'use the base32 seed in this file, not a new one')
    .option('--json', 'print a JSON document')
    .action((name: ServiceName, options: Options) => addService(io, name, options));
}

async function addService(io: Io, name: ServiceName, options: Options): Promise<void> {
  const { group = [], seedFile } = options;
  await withAdministration(io, { ...options, mayCreate: true }, async ({ services }) => {
    const seed = seedFile === undefined ? {} : { seed: readSecretFile(seedFile) };
    const added = await services.add({ ...name, ...seed, groups: group }, ACTOR);
    if (!added.ok) throw new CommandError(REFUSALS[added.reason], EXIT.refused);
    printSeed(io, added, options);
  });
}
