/** `sallyport token create` @module */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isScope, routesOf, SCOPES_IN_WORDS } from '../../accounts/bearer-scopes.ts';
import type { Config } from '../../config/config.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, printJson, printLine } from '../io.ts';
import { addLifetimeOption } from '../lifetime.ts';
import { bearerDocument } from './document.ts';

interface Options extends ConfigOption {
  readonly name: string;
  readonly scope: readonly string[];
  readonly expires: number;
  readonly json?: boolean;
}

/** Adds the command that makes a bearer. */
export function addTokenCreate(token: Command, io: Io): void {
  addLifetimeOption(addConfigOption(token.command('create')), '90d', 'bearer')
    .description('make a bearer for a program, and print its token once')
    .requiredOption('-n, --name <name>', 'what it is called in lists and in the audit')
    .addOption(
      new Option('-s, --scope <scope>', `${SCOPES_IN_WORDS}; may be given several times`)
        .argParser(collectScope)
        .makeOptionMandatory(),
    )
    .option('--json', 'print a JSON document')
    .action((options: Options) => createToken(io, options));
}

/** @throws InvalidArgumentError with the scopes that there are */
function collectScope(scope: string, before: readonly string[] = []): readonly string[] {
  if (!isScope(scope)) throw new InvalidArgumentError(`A scope is ${SCOPES_IN_WORDS}.`);
  return [...before, scope];
}

async function createToken(io: Io, options: Options): Promise<void> {
  const { name, scope: scopes, expires: lifetimeMs } = options;
  await withAdministration(io, options, async ({ config, bearers }) => {
    refuseUnknownRoutes(config, scopes);
    const made = await bearers.issue({ name, scopes, lifetimeMs });
    if (!made.ok) throw refusal(made.reason, name);
    const token = made.token.reveal();
    if (options.json) printJson(io, { ...bearerDocument(made.bearer), token });
    else printLine(io, token);
  });
}

/** A mistyped route would be noticed only when the program is turned away. */
function refuseUnknownRoutes({ routes }: Config, scopes: readonly string[]): void {
  const names = routes.map(({ name }) => name);
  const unknown = routesOf({ scopes }).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.map((name) => `pass:${name}`).join(', ');
  throw new CommandError(
    `No route is called ${JSON.stringify(unknown)}. The scopes of the routes: ${known}.`,
    EXIT.usage,
  );
}

const refusal = (reason: 'name-taken' | 'bad-name', name: string) =>
  reason === 'name-taken'
    ? new CommandError(
        `There is a bearer called ${JSON.stringify(name)}: revoke it first, or choose another name.`,
        EXIT.refused,
      )
    : new CommandError(
        'Name: Begin with a letter or digit; up to 64 letters, digits and . _ @ + - are fine.',
        EXIT.usage,
      );
