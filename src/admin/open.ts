/** Opens the admin listener where the configuration wants it. @module */

import type { Config } from '../config/config.ts';
import { StartupError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { bindProblem } from '../door/bind-problem.ts';
import { type AdminServer, type AdminSources, startAdminServer } from './server.ts';

/** The configuration, and who answers. */
export interface AdminOptions extends AdminSources {
  readonly config: Pick<Config, 'admin'>;
  readonly log: Log;
}

/**
 * Opens it, or does without: where it is off, and where the default's port is taken, as by a
 * second door on the same machine.
 *
 * @throws StartupError where the operator has chosen an address that cannot be bound
 */
export async function openAdmin(options: AdminOptions): Promise<AdminServer | undefined> {
  const { config, log } = options;
  if (config.admin === undefined) return undefined;
  const { listen, isChosen } = config.admin;
  try {
    return await startAdminServer(listen, options);
  } catch (error) {
    const problem = bindProblem('admin.listen', listen, error);
    if (isChosen) throw new StartupError(problem, 1, error);
    log.warn({}, `There are no metrics. ${problem}`);
    return undefined;
  }
}
