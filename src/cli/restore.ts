/** `sallyport restore` @module */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock, systemRandom } from '../core/ports.ts';
import { findInstallation } from './administration.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from './configuration.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { type Io, noteLine } from './io.ts';
import { printRows } from './rows.ts';

interface Options extends ConfigOption {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds the command that fills a store from a backup, with the door stopped. */
export function addRestore(program: Command, io: Io): void {
  addConfigOption(program.command('restore'))
    .argument('<file>', 'what "sallyport backup" has written')
    .description('fill the store from a backup; the door must not run')
    .option('--force', 'replace a store that somebody lives in')
    .option('--json', 'print a JSON document')
    .action((file: string, options: Options) => restore(io, resolve(file), options));
}

async function restore(io: Io, file: string, options: Options): Promise<void> {
  const { dataDir, keys } = readConfiguration(io, options).config;
  const keysFile = keys.file ?? join(dataDir, 'keys.json');
  // Opening the folder would draw new keys, which open nothing in any backup.
  if (keys.rings === undefined && !existsSync(keysFile)) {
    throw new CommandError(
      `There is no ${keysFile}: put back the one that belongs to the backup first.`,
      EXIT.failed,
    );
  }
  const { address, config, storeKeys, folder } = await findInstallation(io, options);
  const { createRestoredStep } = await import('../accounts/restored-step.ts');
  const { restoreBackup } = await import('../store/restore.ts');
  const deps = { clock: systemClock, random: systemRandom };
  const window = Math.max(config.auth.totp.window, config.realms.window);
  const counts = await restoreBackup(
    { address, ...deps },
    {
      file,
      draft: join(folder, 'restore.tmp'),
      mayReplace: options.force === true,
      stepOf: createRestoredStep({ storeKeys, window, ...deps }),
    },
  );
  printRows(io, counts, options.json);
  noteLine(
    io,
    'Everybody is signed out, and open invites are gone. What was removed or changed since the ' +
      'backup is as it was: look through "user list", "service list" and ' +
      '"token list" before you start the door.',
  );
}
