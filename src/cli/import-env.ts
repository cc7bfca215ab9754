/** `sallyport import-env` @module */
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { Secret } from '../core/secret.ts';
import { withAdministration } from './administration.ts';
import { addConfigOption, type ConfigOption } from './configuration.ts';
import type { Desk } from './desk.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, noteLine, printLine } from './io.ts';
import { addLifetimeOption } from './lifetime.ts';
import {
  addPasswordOptions,
  type PasswordOptions,
  readNewPassword,
  readSecretFile,
} from './password.ts';
import { refusalOf } from './user/refusal.ts';

interface Options extends ConfigOption, PasswordOptions {
  readonly user: string;
  readonly name: string;
  readonly expires: number;
}

/** What the older code check server had in its environment. */
interface OldSettings {
  readonly totpSecret: Secret | undefined;
  readonly bearer: Secret | undefined;
}

/** Only a hash of it is stored, without the stretching that a guessable one would need. */
const MIN_BEARER_LENGTH = 16;

/** Adds the command that takes a person and a bearer over from an older server. */
export function addImportEnv(program: Command, io: Io): void {
  const command = addConfigOption(program.command('import-env <file>'));
  addLifetimeOption(addPasswordOptions(command), '90d', 'bearer')
    .description("take TOTP_BASE32_SECRET and BEARER over from a code check server's .env")
    .requiredOption('-u, --user <name>', 'whose app and bearer they are')
    .option('-n, --name <name>', 'what the bearer is called from now on', 'imported')
    .action((file: string, options: Options) => importEnv(io, file, options));
}

async function importEnv(io: Io, file: string, options: Options): Promise<void> {
  const { totpSecret, bearer } = readSettings(file);
  await withAdministration(io, { ...options, mayCreate: true }, async (desk) => {
    if (totpSecret !== undefined) await addPerson(io, desk, { ...options, totpSecret });
    if (bearer !== undefined) await addBearer(io, desk, { ...options, bearer });
  });
}

/** Everything is looked at before anything is written. */
function readSettings(file: string): OldSettings {
  const env = parseEnv(readSecretFile(file).reveal());
  const totpSecret = secretOf(env.TOTP_BASE32_SECRET);
  const bearer = secretOf(env.BEARER);
  if (totpSecret === undefined && bearer === undefined) {
    throw new CommandError(`${file} has neither TOTP_BASE32_SECRET nor BEARER.`, EXIT.usage);
  }
  if (bearer !== undefined && bearer.reveal().length < MIN_BEARER_LENGTH) {
    throw new CommandError(
      `BEARER has fewer than ${MIN_BEARER_LENGTH} characters and could be guessed: take it out of ` +
        'the file, and give the clients one of `sallyport token create`.',
      EXIT.refused,
    );
  }
  return { totpSecret, bearer };
}

const secretOf = (text: string | undefined) => (text ? new Secret(text.trim()) : undefined);

async function addPerson(
  io: Io,
  { config, administration }: Desk,
  options: Options & { readonly totpSecret: Secret },
): Promise<void> {
  const needsPassword = config.auth.factors.includes('password');
  const added = await administration.addUser({
    name: options.user,
    password: needsPassword ? await readNewPassword(io, options) : undefined,
    totpSecret: options.totpSecret,
    groups: [],
  });
  if (!added.ok) throw new CommandError(refusalOf(added.problems), EXIT.refused);
  noteLine(io, `${added.principal.name} exists, and the app goes on as it is. Recovery codes:`);
  for (const code of added.recoveryCodes) printLine(io, code.reveal());
}

async function addBearer(
  io: Io,
  { administration, bearers }: Desk,
  options: Options & { readonly bearer: Secret },
): Promise<void> {
  const { user, name, bearer: token, expires: lifetimeMs } = options;
  const person = await administration.findUser(user);
  if (person === undefined) {
    throw new CommandError(`Nobody is called ${JSON.stringify(user)}.`, EXIT.notFound);
  }
  const scopes = [`check:${person.name}`];
  const made = await bearers.issue({ name, scopes, lifetimeMs, token });
  if (!made.ok) {
    throw new CommandError(
      `The bearer was not taken over: ${JSON.stringify(name)} is taken or no name; choose one with --name.`,
      EXIT.refused,
    );
  }
  const end = new Date(made.bearer.expiresAtMs).toISOString();
  noteLine(io, `The old bearer is now ${name}: it checks ${person.name}'s codes until ${end}.`);
}
