/** A running door: from a checked configuration to the last drained connection. @module */
import { createAdministration } from './accounts/administration.ts';
import { openAdmin } from './admin.ts';
import type { AdminHealth, AdminServer } from './admin-server.ts';
import { createLogSink } from './audit/sinks.ts';
import { signUpLink } from './cli/links.ts';
import { readVersion } from './cli/version.ts';
import type { Config, ListenAddress } from './config/config.ts';
import type { LoadedConfig } from './config/load.ts';
import { ADMIN_GROUP } from './core/identity.ts';
import type { Log } from './core/log.ts';
import { systemClock, systemRandom } from './core/ports.ts';
import { type Door, openDoor } from './door.ts';
import { createReloads, type ReloadDeps } from './reload.ts';
import { hearTriggers } from './reload-triggers.ts';
import { mergeSnapshots } from './telemetry/exposition.ts';
import { createLog } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** What the command line found out before the door opens. */
export interface RunOptions {
  readonly config: Config;
  /** No configuration file was given; the embedded demonstration is the upstream. */
  readonly isDemo: boolean;
  /** Of the configuration; logged once. */
  readonly warnings: readonly string[];
  /** Reads the configuration anew; undefined where there is nothing to read. */
  readonly load?: () => LoadedConfig;
}

/** The set-up link dies after this; a restart prints a new one. */
const SETUP_LIFETIME_MS = 30 * 60_000;

/**
 * Runs the door until SIGTERM or SIGINT, then drains and returns. A second
 * signal ends the process at once.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function runDoor({ config, isDemo, warnings, load }: RunOptions): Promise<void> {
  const log = createLog(config.log);
  // From the start: what a signal interrupts must drain too, and process 1 gets no default.
  const told = untilSignal(log);
  // A reload that is asked for too early or too late is none; unheard, it would end the process.
  if (load !== undefined) process.on('SIGHUP', () => undefined);
  for (const warning of warnings) log.warn({}, warning);
  const metrics = createMetrics({ version: readVersion(), node: process.versions.node });
  const door = await openDoor({ config, log, clock: systemClock, random: systemRandom, metrics });
  const admin = await openAdmin({
    ...{ config, log },
    collect: async () => mergeSnapshots([await metrics.snapshot()]),
    health: () => healthOf(door),
  }).catch(async (error) => {
    await door.drain(0);
    throw error;
  });
  announce({ config, log, addresses: door.addresses, admin }, isDemo);
  await offerSetup(door, config, log);
  const stopReloads = load && (await startReloads({ door, log, load, count: metrics.reloaded }));
  await told;
  await stopReloads?.();
  const isClean = await door.drain(door.config.drainMs);
  await admin?.close();
  log.info({}, isClean ? 'drained' : 'drained; some requests were cut');
  log.flush();
}

function startReloads(deps: ReloadDeps & { readonly door: Door }): Promise<() => Promise<void>> {
  const { door, log } = deps;
  const { reload, files } = createReloads(deps);
  // The first look says which files there are, and takes what has changed since the start.
  reload();
  return hearTriggers({ reload, files, dataDir: door.config.dataDir, log, random: systemRandom });
}

async function healthOf({ health }: Door): Promise<AdminHealth> {
  const reasons = await health.reasons();
  return { ready: reasons.length === 0, reasons, notes: health.notes() };
}

interface Announcement {
  readonly config: Config;
  readonly log: Log;
  readonly addresses: readonly ListenAddress[];
  readonly admin: AdminServer | undefined;
}

function announce({ config, log, addresses, admin }: Announcement, isDemo: boolean): void {
  const listening = addresses.map(urlOf);
  const upstream = isDemo ? 'the embedded demonstration' : config.routes.map((route) => route.name);
  const metrics = admin && `${urlOf(admin.address)}/metrics`;
  log.info(
    { listening, upstream, ...(metrics && { metrics }) },
    `listening on ${listening.join(', ')}`,
  );
  if (config.publicUrl === undefined) {
    log.warn(
      {},
      'public_url is not set: cookies are marked Secure, so browsers keep them over https (or on localhost) only',
    );
  }
}

/** While nobody exists, whoever holds the printed link becomes the administrator. */
async function offerSetup(
  { store, dataDir, addresses }: Door,
  config: Config,
  log: Log,
): Promise<void> {
  if (await store.hasPerson()) return;
  await store.dropInvites('setup');
  const note = createLogSink(log);
  const administration = createAdministration({
    store,
    storeKeys: dataDir.storeKeys,
    clock: systemClock,
    random: systemRandom,
    audit: (event) => note({ ...event, source: 'door' }),
    policy: config.auth,
  });
  const token = await administration.createInvite({
    kind: 'setup',
    groups: [ADMIN_GROUP],
    lifetimeMs: SETUP_LIFETIME_MS,
  });
  const link = signUpLink({ ...config, listen: addresses }, token);
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

const urlOf = ({ host, port }: ListenAddress) =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
