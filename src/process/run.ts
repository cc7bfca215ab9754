/** A running door: from a checked configuration to the last drained connection. @module */
import { openAdmin } from '../admin/open.ts';
import type { AdminHealth, AdminServer } from '../admin/server.ts';
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
import {
  type Beside,
  drainWhenTold,
  type Ended,
  endProcess,
  LAST_WORDS,
  openUnlessTold,
} from './ending.ts';
import type { RunContext, RunOptions } from './run-context.ts';
import { offerSetup } from './set-up-link.ts';
import { type Ending, hearSignals } from './signals.ts';

/**
 * Runs the door until SIGTERM or SIGINT, then drains and ends the process, whatever is left in
 * it. A second signal ends it at once.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function runDoor(options: RunOptions): Promise<never> {
  // A reload that is asked for too early or too late is none; unheard, it would end the process.
  if (options.load !== undefined) process.on('SIGHUP', () => undefined);
  const log = createLog(options.config.log);
  for (const warning of options.warnings) log.warn({}, warning);
  const metrics = createMetrics({ version: readVersion(), node: process.versions.node });
  const run = options.config.workers > 1 ? runPrimary : runAlone;
  const ended = await run({ ...options, log, metrics });
  const words = LAST_WORDS[ended];
  if (words !== undefined) log.info({}, words);
  return endProcess(log);
}

/** One process that does everything. */
async function runAlone(context: RunContext): Promise<Ended> {
  const { config, log, metrics } = context;
  // From the start: what a signal interrupts must end too, and process 1 gets no default.
  const ending = hearSignals();
  const time = { clock: systemClock, random: systemRandom };
  const door = await openUnlessTold(openDoor({ config, log, metrics, ...time }), ending, log);
  if (door === undefined) return 'broken-off';
  const beside = await openBeside(door, context, ending);
  return drainWhenTold(ending, beside, () => door.drain(door.config.drainMs));
}

/** What belongs to an open door; nothing more of it once the end has been asked for. */
async function openBeside(door: Door, context: RunContext, ending: Ending): Promise<Beside> {
  const { config, log, load, metrics } = context;
  const { addresses, store } = door;
  const { storeKeys } = door.dataDir;
  const admin = await openAdminOf(door, context);
  if (ending.isTold) return { admin };
  announce({ ...context, addresses, admin });
  void offerSetup({ config, addresses, store, storeKeys, log, ending });
  if (load === undefined) return { admin };
  const { dataDir } = config;
  return { admin, stopReloads: await startReloads({ door, log, load, dataDir, metrics }) };
}

/** A door whose numbers the operator wants, and cannot have, does not stay open. */
function openAdminOf(door: Door, context: RunContext): Promise<AdminServer | undefined> {
  const { config, log, metrics } = context;
  const collect = async () => mergeSnapshots([await metrics.snapshot()]);
  const health = () => healthOf(door);
  return openAdmin({ config, log, collect, health }).catch(async (error) => {
    await door.drain(0);
    throw error;
  });
}

async function healthOf({ health }: Door): Promise<AdminHealth> {
  const reasons = await health.reasons();
  return { ready: reasons.length === 0, reasons, notes: health.notes() };
}
