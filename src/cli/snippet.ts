/** `sallyport snippet` @module */
import { Argument, type Command } from 'commander';
import type { GatewayName } from '../config/config.ts';
import { haproxyScript } from '../snippets/haproxy-script.ts';
import { planOf, routeWithPort } from '../snippets/plan.ts';
import { SNIPPETS } from '../snippets/snippets.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, noteLine } from './io.ts';

interface Options extends ConfigOption {
  readonly door?: string;
  readonly upstream?: string;
  readonly bind?: string;
  readonly lua?: boolean;
}

/** Adds the command that prints the configuration of the web server in front. */
export function addSnippet(program: Command, io: Io): void {
  const gateway = new Argument('<gateway>', 'the web server in front').choices(
    Object.keys(SNIPPETS),
  );
  addConfigOption(program.command('snippet').addArgument(gateway))
    .description('print the configuration of a web server that asks the door')
    .option('--door <host:port>', 'where it reaches the door; the first `listen` by default')
    .option('--upstream <url>', 'where requests go for routes without an upstream')
    .option('--bind <address>', 'address that it listens on; every address by default')
    .option('--lua', 'haproxy only: print the script that the configuration loads')
    .action((name: GatewayName, options: Options) => printSnippet(io, name, options));
}

function printSnippet(io: Io, gateway: GatewayName, options: Options): void {
  const { config } = readConfiguration(io, options);
  if (options.lua === true && gateway !== 'haproxy') {
    throw new CommandError('Only haproxy needs a script.', EXIT.usage);
  }
  const ported = routeWithPort(config, gateway);
  if (ported !== undefined) {
    throw new CommandError(
      `Route ${ported}: ${gateway} believes the port that a client writes; name the host alone.`,
      EXIT.usage,
    );
  }
  const planned = planOf(config, options);
  if (!planned.ok) throw new CommandError(planned.problem, EXIT.usage);
  const { sites } = planned.plan;
  if (gateway === 'traefik' && sites.some(({ places }) => places.some((p) => p.socketPath))) {
    throw new CommandError('traefik reaches no upstream on a Unix socket.', EXIT.usage);
  }
  const print = options.lua === true ? haproxyScript : SNIPPETS[gateway];
  io.stdout.write(print(planned.plan));
  if (config.forwardAuth !== gateway) {
    noteLine(
      io,
      `Write forward_auth: ${gateway} into the configuration, and where ${gateway} is into trusted_proxies.`,
    );
  }
}
