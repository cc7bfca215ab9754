/** A running door: from a checked configuration to the last drained connection. @module */
import { openAdmin } from '../admin/open.ts';
import type { AdminHealth } from '../admin/server.ts';
import { readVersion } from '../cli/version.ts';
import { runPrimary } from '../cluster/primary.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import type { Door } from '../door/contract.ts';
import { openDoor } from '../door/door.ts';
import { startReloads } from '../reload/triggers.ts';
import { mergeSnapshots } from '../telemetry/exposition.ts';
import { createLog } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { announce } from './announcement.ts';
import type { RunContext, RunOptions } from './run-context.ts';
import { offerSetup } from './set-up-link.ts';
import { untilSignal } from './signals.ts';

/**
 * Runs the door until SIGTERM or SIGINT, then drains and returns. A second
 * signal ends the process at once.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function runDoor(options: RunOptions): Promise<void> {
  // A reload that is asked for too early or too late is none; unheard, it would end the process.
  if (options.load !== undefined) process.on('SIGHUP', () => undefined);
  const log = createLog(options.config.log);
  for (const warning of options.warnings) log.warn({}, warning);
  const metrics = createMetrics({ version: readVersion(), node: process.versions.node });
  const run = options.config.workers > 1 ? runPrimary : runAlone;
  const isClean = await run({ ...options, log, metrics });
  log.info({}, isClean ? 'drained' : 'drained; some requests were cut');
  await log.flush();
}

/** One process that does everything. @returns whether every request finished by itself */
async function runAlone(options: RunContext): Promise<boolean> {
  const { config, isDemo, load, log, metrics } = options;
  // From the start: what a signal interrupts must drain too, and process 1 gets no default.
  const told = untilSignal((signal) => log.info({}, `${signal} received, draining`));
  const door = await openDoor({ config, log, clock: systemClock, random: systemRandom, metrics });
  const { addresses, store } = door;
  const admin = await openAdmin({
    config,
    log,
    collect: async () => mergeSnapshots([await metrics.snapshot()]),
    health: () => healthOf(door),
  }).catch(async (error) => {
    await door.drain(0);
    throw error;
  });
  announce({ config, log, addresses, admin, isDemo });
  await offerSetup({ config, addresses, store, storeKeys: door.dataDir.storeKeys, log });
  const { dataDir } = config;
  const stopReloads = load && (await startReloads({ door, log, load, dataDir, metrics }));
  await told;
  await stopReloads?.();
  const isClean = await door.drain(door.config.drainMs);
  await admin?.close();
  return isClean;
}

async function healthOf({ health }: Door): Promise<AdminHealth> {
  const reasons = await health.reasons();
  return { ready: reasons.length === 0, reasons, notes: health.notes() };
}
