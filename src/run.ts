/** A running door: from a checked configuration to the last drained connection. @module */
import { createAdministration } from './accounts/administration.ts';
import { type App, createApp } from './app.ts';
import { createLogSink } from './audit/sinks.ts';
import { signUpLink } from './cli/links.ts';
import type { Config, ListenAddress } from './config/config.ts';
import { ADMIN_GROUP } from './core/identity.ts';
import type { Log } from './core/log.ts';
import { type Clock, type Random, systemClock, systemRandom } from './core/ports.ts';
import { openDataDir } from './data-dir/data-dir.ts';
import { createHealth } from './health.ts';
import { type Listener, listen } from './listener.ts';
import type { Store } from './store/contract.ts';
import { openStore } from './store/open.ts';
import { createLog, type FlushableLog } from './telemetry/logger.ts';

/** What the command line found out before the door opens. */
export interface RunOptions {
  readonly config: Config;
  /** No configuration file was given; the embedded demonstration is the upstream. */
  readonly isDemo: boolean;
  /** Of the configuration; logged once. */
  readonly warnings: readonly string[];
}

/** The set-up link dies after this; a restart prints a new one. */
const SETUP_LIFETIME_MS = 30 * 60_000;

/**
 * Runs the door until SIGTERM or SIGINT, then drains and returns. A second
 * signal ends the process at once.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function runDoor({ config, isDemo, warnings }: RunOptions): Promise<void> {
  const log = createLog(config.log);
  // From the start: what a signal interrupts must drain too, and process 1 gets no default.
  const told = untilSignal(log);
  for (const warning of warnings) log.warn({}, warning);
  const clock = systemClock;
  const random = systemRandom;
  const dataDir = await openDataDir(config.dataDir, { random });
  const store = await openStore({ path: dataDir.databaseFile, clock, random });
  const health = createHealth({ store, clock });
  const app = createApp({ config, store, ...dataDir, clock, random, log, health });
  await app.start();
  const listener = await listen(app.gate, config);
  const door = { config, store, storeKeys: dataDir.storeKeys, clock, random, log, listener };
  announce(door, isDemo);
  await offerSetup(door);
  await told;
  await shutDown({ app, listener, store, log, drainMs: config.drainMs });
}

interface OpenDoor {
  readonly config: Config;
  readonly store: Store;
  readonly storeKeys: Parameters<typeof createAdministration>[0]['storeKeys'];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly listener: Listener;
}

function announce({ config, listener, log }: OpenDoor, isDemo: boolean): void {
  const listening = listener.addresses.map(urlOf);
  const upstream = isDemo ? 'the embedded demonstration' : config.routes.map((route) => route.name);
  log.info({ listening, upstream }, `listening on ${listening.join(', ')}`);
  if (config.publicUrl === undefined) {
    log.warn(
      {},
      'public_url is not set: cookies are marked Secure, so browsers keep them over https (or on localhost) only',
    );
  }
}

/** While nobody exists, whoever holds the printed link becomes the administrator. */
async function offerSetup({ listener, ...door }: OpenDoor): Promise<void> {
  if (await door.store.hasPerson()) return;
  await door.store.dropInvites('setup');
  const note = createLogSink(door.log);
  const administration = createAdministration({
    ...door,
    audit: (event) => note({ ...event, source: 'door' }),
    policy: door.config.auth,
  });
  const token = await administration.createInvite({
    kind: 'setup',
    groups: [ADMIN_GROUP],
    lifetimeMs: SETUP_LIFETIME_MS,
  });
  const link = signUpLink({ ...door.config, listen: listener.addresses }, token);
  // Not through the log: the link is a secret, and logs travel.
  process.stdout.write(
    `\nNobody has signed up yet. Become the administrator with this link\n(single use, 30 minutes; a restart prints a new one):\n\n  ${link}\n\n`,
  );
}

function untilSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      log.info({}, `${signal} received, draining`);
      process.once('SIGTERM', () => process.exit(1));
      process.once('SIGINT', () => process.exit(1));
      resolve();
    };
    process.once('SIGTERM', onSignal);
    process.once('SIGINT', onSignal);
  });
}

interface ShutDown {
  readonly app: App;
  readonly listener: Listener;
  readonly store: Store;
  readonly log: FlushableLog;
  readonly drainMs: number;
}

async function shutDown({ app, listener, store, log, drainMs }: ShutDown): Promise<void> {
  app.beginDrain();
  const isClean = await listener.drain(drainMs);
  await app.close();
  await store.close();
  log.info({}, isClean ? 'drained' : 'drained; some requests were cut');
  log.flush();
}

const urlOf = ({ host, port }: ListenAddress) =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
