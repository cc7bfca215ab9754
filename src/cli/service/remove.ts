/** `sallyport service remove` @module */
import type { Command } from 'commander';
import type { ServiceName } from '../../accounts/services-contract.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, isInteractive, noteLine } from '../io.ts';
import { confirm } from '../prompt.ts';
import { ACTOR, addServiceArgument, findServiceOrFail, unknownService } from './name.ts';

interface Options extends ConfigOption {
  readonly yes?: boolean;
}

/** Adds the command that deletes a service. */
export function addServiceRemove(service: Command, io: Io): void {
  addConfigOption(addServiceArgument(service.command('remove')))
    .description('delete a service and its seed; the name becomes free')
    .option('-y, --yes', 'do not ask')
    .action((name: ServiceName, options: Options) => removeService(io, name, options));
}

async function removeService(io: Io, name: ServiceName, options: Options): Promise<void> {
  if (options.yes !== true && !isInteractive(io)) {
    throw new CommandError('Say --yes to remove a service without being asked.', EXIT.usage);
  }
  await withAdministration(io, options, async (desk) => {
    const { id } = await findServiceOrFail(desk, name);
    const fullName = `${name.name}@${name.realm}`;
    const isAgreed = options.yes === true || (await confirm(io, `Remove ${fullName} for good?`));
    if (!isAgreed) throw new CommandError('Nothing was removed.', EXIT.refused);
    if (!(await desk.services.remove(id, ACTOR))) throw unknownService(name);
    noteLine(io, `${fullName} is removed.`);
  });
}
