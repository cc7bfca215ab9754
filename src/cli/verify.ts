/** `sallyport verify` @module */
import type { Command } from 'commander';
import { type Client, codeAt, createClient, SallyportError } from '../client/client.ts';
import { systemClock } from '../core/ports.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, printLine } from './io.ts';

interface Options {
  readonly name: string;
  readonly realm: string;
  readonly token?: string;
  readonly seed?: string;
}

/** Adds the command that asks a door about another service, as the older client did. */
export function addVerify(program: Command, io: Io): void {
  program
    .command('verify')
    .description('ask a door whether a service is who it says; 0 is yes')
    .requiredOption('-n, --name <name>', 'name of the service in question')
    .requiredOption('-r, --realm <realm>', 'its realm')
    .option('--token <code>', 'the code that it has shown')
    .option('--seed <seed>', 'or its seed, to make a code from')
    .addHelpText('after', HELP)
    .action((options: Options) => verify(io, options));
}

const HELP = `
Who asks, from the environment:
  UNGLEICHOTPNAME    our own name
  UNGLEICHOTPREALM   our realm: that of services that may ask
  UNGLEICHOTPSEED    our seed, in base32
  UNGLEICHOTPSERVER  the door's address, such as https://door.example.com/ungleichotp/verify/`;

async function verify(io: Io, options: Options): Promise<void> {
  const client = clientFrom(io);
  const token = await tokenFrom(options);
  const reason = await refusalBy(client, { ...options, token });
  if (reason === undefined) return printLine(io, 'Verify ok');
  printLine(io, `Failed to verify: ${reason}`);
  throw new CommandError('', EXIT.refused);
}

function clientFrom({ env }: Io): Client {
  const read = (key: string): string => {
    const value = env[key];
    if (value) return value;
    throw new CommandError(`${key} is not set in the environment.`, EXIT.usage);
  };
  const server = read('UNGLEICHOTPSERVER');
  if (!/^https?:/.test(server) || !URL.canParse(server)) {
    throw new CommandError('UNGLEICHOTPSERVER is no http or https address.', EXIT.usage);
  }
  return createClient({
    url: server.replace(/\/+$/, '').replace(/\/verify$/, ''),
    name: read('UNGLEICHOTPNAME'),
    realm: read('UNGLEICHOTPREALM'),
    seed: read('UNGLEICHOTPSEED'),
    now: systemClock.nowMs,
  });
}

async function tokenFrom({ token, seed }: Options): Promise<string> {
  if (token !== undefined && seed === undefined) return token;
  if (token !== undefined || seed === undefined) {
    throw new CommandError('Give one of --token and --seed.', EXIT.usage);
  }
  return codeAt({ seed }, systemClock.nowMs()).catch((error: Error) => {
    throw new CommandError(error.message, EXIT.usage);
  });
}

/** @returns undefined where the service is who it says */
async function refusalBy(
  client: Client,
  proof: { readonly name: string; readonly realm: string; readonly token: string },
): Promise<string | undefined> {
  try {
    const verdict = await client.verify(proof);
    if (verdict.ok) return undefined;
    return verdict.reason === 'throttled'
      ? `too many wrong codes, wait ${verdict.retryAfterSec} seconds`
      : 'not verified';
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(error.message, EXIT.usage);
    if (!(error instanceof SallyportError)) throw error;
    if (error.code === 'caller-refused') return 'our own name, realm or seed is refused';
    if (error.code === 'invalid')
      return `the door does not take it: ${JSON.stringify(error.details)}`;
    throw new CommandError(`Failed to verify: ${error.message}.`, EXIT.failed);
  }
}
