/** The operator's desk: the store and the rules, opened for the length of one command. @module */
import { createAdministration } from '../accounts/administration.ts';
import { type Bearers, createBearers } from '../accounts/bearers.ts';
import type { Administration } from '../accounts/contract.ts';
import { createServices } from '../accounts/services.ts';
import type { Services } from '../accounts/services-contract.ts';
import { createLogSink } from '../audit/sinks.ts';
import type { Config } from '../config/config.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import { openInstallation } from '../door/installation.ts';
import { createLog } from '../telemetry/logger.ts';
import type { Io } from './io.ts';

/** What a command works with. */
export interface Desk {
  readonly config: Config;
  readonly administration: Administration;
  readonly bearers: Bearers;
  readonly services: Services;
}

/**
 * Opens the installation, works on it, closes it. Standard output carries the
 * result alone, so the audit goes to standard error.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function workAtDesk<T>(
  io: Io,
  config: Config,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const time = { clock: systemClock, random: systemRandom };
  const { dataDir, store } = await openInstallation(config, time);
  const { storeKeys } = dataDir;
  try {
    const audit = createLogSink(createLog({ ...config.log, destination: io.stderr }));
    const policy = config.auth;
    const { totp, window, maxLength } = config.realms;
    const rules = { throttle: policy.throttle, totp, window, maxLength };
    return await work({
      config,
      administration: createAdministration({ store, storeKeys, audit, policy, ...time }),
      bearers: createBearers({ store, audit, ...time }),
      services: createServices({ store, storeKeys, audit, ...rules, ...time }),
    });
  } finally {
    await store.close();
  }
}
