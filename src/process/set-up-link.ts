/** The link that makes the first administrator. @module */
import { createAdministration } from '../accounts/administration.ts';
import { createLogSink } from '../audit/sinks.ts';
import { signUpLink } from '../cli/links.ts';
import type { Config } from '../config/config.ts';
import { ADMIN_GROUP } from '../core/identity.ts';
import type { KeySet } from '../core/key-set.ts';
import type { ListenAddress } from '../core/listen-address.ts';
import type { Log } from '../core/log.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import type { Store } from '../store/contract.ts';
import type { Ending } from './signals.ts';

/** Where the link leads, and who must not exist yet. */
export interface SetupDeps {
  readonly config: Config;
  /** The addresses that are really bound. */
  readonly addresses: readonly ListenAddress[];
  readonly store: Store;
  readonly storeKeys: KeySet;
  readonly log: Log;
  readonly ending: Pick<Ending, 'isTold'>;
}

/** The link dies after this; a restart prints a new one. */
const LIFETIME_MS = 30 * 60_000;

/**
 * While nobody exists, whoever holds the printed link becomes the administrator. Never rejects:
 * a door that serves is not ended for want of a link.
 */
export async function offerSetup(deps: SetupDeps): Promise<void> {
  try {
    if (!(await deps.store.hasPerson())) printLink(await createLink(deps));
  } catch (err) {
    if (!deps.ending.isTold) deps.log.error({ err }, NO_LINK);
  }
}

const NO_LINK = 'The link for the first administrator could not be made: a restart makes one.';

async function createLink(deps: SetupDeps): Promise<string> {
  const { config, addresses, store, storeKeys, log } = deps;
  await store.dropInvites('setup');
  const note = createLogSink(log);
  const administration = createAdministration({
    store,
    storeKeys,
    clock: systemClock,
    random: systemRandom,
    audit: (event) => note({ ...event, source: 'door' }),
    policy: config.auth,
  });
  const token = await administration.createInvite({
    kind: 'setup',
    groups: [ADMIN_GROUP],
    lifetimeMs: LIFETIME_MS,
  });
  return signUpLink({ ...config, listen: addresses }, token);
}

/** Not through the log: the link is a secret, and logs travel. */
function printLink(link: string): void {
  process.stdout.write(
    `\nNobody has signed up yet. Become the administrator with this link\n(single use, 30 minutes; a restart prints a new one):\n\n  ${link}\n\n`,
  );
}
