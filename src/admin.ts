/** Opens the admin listener where the configuration wants it. @module */
import { type AdminServer, type AdminSources, startAdminServer } from './admin-server.ts';
import type { Config, ListenAddress } from './config/config.ts';
import { StartupError } from './core/errors.ts';
import type { Log } from './core/log.ts';

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
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    if (isChosen) {
      throw new StartupError(
        `The admin listener cannot be opened on ${textOf(listen)} (${reason}); correct \`admin.listen\`, or write \`admin: off\`.`,
        1,
        error,
      );
    }
    log.warn(
      { reason },
      `no metrics: ${textOf(listen)} cannot be listened on; set admin.listen to a free address, or admin: off`,
    );
    return undefined;
  }
}

const textOf = ({ host, port }: ListenAddress) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
