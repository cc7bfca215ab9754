/** The life of a primary: it starts workers, speaks for them, and serves nobody. @module */
import { openAdmin } from '../admin/open.ts';
import type { AdminHealth } from '../admin/server.ts';
import { compareConfigs } from '../config/changes.ts';
import type { Config } from '../config/config.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import type { ConfigTaken } from '../door/contract.ts';
import { createNotes, type Notes } from '../door/health.ts';
import { openInstallation } from '../door/installation.ts';
import { announce } from '../process/announcement.ts';
import type { RunContext } from '../process/run-context.ts';
import { offerSetup } from '../process/set-up-link.ts';
import { untilSignal } from '../process/signals.ts';
import { startReloads } from '../reload/triggers.ts';
import { mergeSnapshots } from '../telemetry/exposition.ts';
import { type Crew, killWorkers, startCrew } from './crew.ts';

/**
 * Runs the workers until a signal, then has them drain.
 *
 * @returns whether every request finished by itself
 * @throws StartupError with a sentence for the operator
 */
export async function runPrimary(context: RunContext): Promise<boolean> {
  const { log, load, metrics, config } = context;
  const told = untilSignal((signal) => log.info({}, `${signal} received, draining`), killWorkers);
  const opened = await openCrew(context);
  const { crew, current, notes } = opened;
  const door = { reload: (next: Config) => reloadCrew(opened, next), health: notes };
  const { dataDir } = config;
  const stopReloads = load && (await startReloads({ door, log, load, dataDir, metrics }));
  await told;
  await stopReloads?.();
  const isClean = await crew.drain(current.config.drainMs);
  await opened.admin?.close();
  return isClean;
}

type OpenCrew = Awaited<ReturnType<typeof openCrew>>;

/** Everything that a start needs once, so that workers find it done. */
async function openCrew(context: RunContext) {
  const { config, log, metrics } = context;
  const time = { clock: systemClock, random: systemRandom };
  const { dataDir, store } = await openInstallation(config, time);
  try {
    // For all workers, as in `openDoor`.
    await store.ping();
    const current = { config };
    const notes = createNotes();
    const deps = { size: config.workers, current, log, clock: systemClock };
    const { crew, addresses } = await startCrew(deps);
    const admin = await openAdmin({
      config,
      log,
      collect: async () =>
        mergeSnapshots([await metrics.snapshot(), ...(await crew.askAll('metrics', null))]),
      health: () => healthOf(crew, notes, config.workers),
    }).catch((error) => {
      crew.kill();
      throw error;
    });
    announce({ config, log, addresses, admin });
    await offerSetup({ config, addresses, store, storeKeys: dataDir.storeKeys, log });
    return { crew, admin, current, notes };
  } finally {
    // Workers have stores of their own; the primary needs none while they serve.
    await store.close();
  }
}

/** Compares here, so that all workers take a configuration or none does. */
async function reloadCrew({ crew, current }: OpenCrew, next: Config): Promise<ConfigTaken> {
  const { changes, needRestart } = compareConfigs(current.config, next);
  if (needRestart.length > 0) return { kind: 'needs-restart', keys: needRestart };
  if (changes.length === 0) return { kind: 'unchanged' };
  const replaced = await crew.reload(next);
  if (replaced === 0) return { kind: 'taken', changes };
  const workers = replaced === 1 ? '1 worker that failed' : `${replaced} workers that failed`;
  return { kind: 'taken', changes: [...changes, `replacing ${workers}`] };
}

/** Ready while anybody serves, and all who serve are. */
async function healthOf(crew: Crew, own: Notes, wanted: number): Promise<AdminHealth> {
  const answers = await crew.askAll('health', null);
  const reasons = unique(answers.flatMap((answer) => answer.reasons));
  if (answers.length === 0) reasons.push('no worker answers');
  const notes = unique([...own.notes(), ...answers.flatMap((answer) => answer.notes)]);
  if (answers.length < wanted) notes.push(`${answers.length} of ${wanted} workers answer`);
  return { ready: reasons.length === 0, reasons, notes };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
