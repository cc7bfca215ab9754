/** `sallyport realm bootstrap` @module */
import type { Command } from 'commander';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine } from '../io.ts';
import { ACTOR, REFUSALS } from '../service/name.ts';
import { printSeed, type SeedOptions } from '../service/print-seed.ts';

interface Options extends ConfigOption, SeedOptions {
  readonly name: string;
}

/** Adds the command that makes the first service that may manage all others. */
export function addRealmBootstrap(realm: Command, io: Io): void {
  addConfigOption(realm.command('bootstrap'))
    .description('make the first service of the admin realm; prints its seed, once and for all')
    .option('-n, --name <name>', 'its name', 'admin')
    .option('--json', 'print a JSON document')
    .action((options: Options) => bootstrap(io, options));
}

async function bootstrap(io: Io, options: Options): Promise<void> {
  await withAdministration(io, { ...options, mayCreate: true }, async ({ config, services }) => {
    const { adminRealm: realm, enabled, prefix } = config.realms;
    const first = (await services.list()).find((service) => service.realm === realm);
    if (first !== undefined) {
      const remedy = 'use it, or make another one with service add';
      const sentence = `${first.name}@${realm} may manage services already: ${remedy}.`;
      throw new CommandError(sentence, EXIT.refused);
    }
    const added = await services.add({ name: options.name, realm }, ACTOR);
    if (!added.ok) throw new CommandError(REFUSALS[added.reason], EXIT.refused);
    printSeed(io, added, options);
    if (!enabled) noteLine(io, `Services can ask at ${prefix} once realms.enabled is true.`);
  });
}
