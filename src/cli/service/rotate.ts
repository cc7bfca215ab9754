/** `sallyport service rotate` @module */
import type { Command } from 'commander';
import type { ServiceName } from '../../accounts/services-contract.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import type { Io } from '../io.ts';
import { ACTOR, addServiceArgument, findServiceOrFail, unknownService } from './name.ts';
import { printSeed, type SeedOptions } from './print-seed.ts';

/** Adds the command that gives a service a new seed. */
export function addServiceRotate(service: Command, io: Io): void {
  addConfigOption(addServiceArgument(service.command('rotate')))
    .description('give a service a new seed and print it once; the old one is dead at once')
    .option('--json', 'print a JSON document')
    .action((name: ServiceName, options: ConfigOption & SeedOptions) =>
      withAdministration(io, options, async (desk) => {
        const { id } = await findServiceOrFail(desk, name);
        const rotated = await desk.services.rotate(id, ACTOR);
        if (rotated === undefined) throw unknownService(name);
        printSeed(io, rotated, options);
      }),
    );
}
