/** `sallyport health` @module */
import { get } from 'node:http';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { urlAuthority } from './links.ts';

const PATIENCE_MS = 3_000;

/** Adds the command that asks a running door on this machine whether it is alive. */
export function addHealth(program: Command, io: Io): void {
  addConfigOption(program.command('health'))
    .description('ask the running door whether it is alive, e.g. for a container')
    .action(async (options: ConfigOption) => {
      const url = healthUrl(readConfiguration(io, options).config);
      const status = await statusOf(url).catch((error: NodeJS.ErrnoException) => {
        throw new CommandError(
          `${url} does not answer (${error.code ?? error.message}): does the door run, with this configuration?`,
          EXIT.failed,
        );
      });
      if (status !== 200) throw new CommandError(`${url} answers ${status}.`, EXIT.failed);
    });
}

function healthUrl({ listen, prefix }: Config): string {
  const [first] = listen;
  if (first === undefined) throw new CommandError('The door listens nowhere.', EXIT.usage);
  return `http://${urlAuthority(first)}${prefix}/healthz`;
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const req = get(url, { agent: false, timeout: PATIENCE_MS }, (res) => {
      res.resume();
      resolve(res.statusCode);
    });
    req.on('timeout', () => req.destroy(new Error(`nothing within ${PATIENCE_MS} ms`)));
    req.on('error', reject);
  });
}
