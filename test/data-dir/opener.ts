/** A child process that opens the data directory of its first argument. @module */
import { StartupError } from '../../src/core/errors.ts';
import { systemRandom } from '../../src/core/ports.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { becomeUser } from '../become-user.ts';

const [, , path = '', uid = ''] = process.argv;
becomeUser(uid);
try {
  const { sealKeys, storeKeys } = await openDataDir(path, { random: systemRandom });
  const current = ({ currentId, keys }: typeof sealKeys) =>
    `${currentId} ${Buffer.from(keys.get(currentId) ?? []).toString('hex')}`;
  const opened = { seal: current(sealKeys), store: current(storeKeys) };
  process.stdout.write(JSON.stringify({ opened }));
} catch (error) {
  const isStartupError = error instanceof StartupError;
  const exitCode = isStartupError ? error.exitCode : undefined;
  process.stdout.write(JSON.stringify({ refusal: String(error), isStartupError, exitCode }));
}
