/** The life of a primary: it starts workers, speaks for them, and serves nobody. @module */
import { openAdmin } from '../admin/open.ts';
import type { AdminHealth, AdminServer } from '../admin/server.ts';
import { compareConfigs } from '../config/changes.ts';
import type { Config } from '../config/config.ts';
import { systemClock, systemRandom } from '../core/ports.ts';
import type { ConfigTaken } from '../door/contract.ts';
import { createNotes, type Notes } from '../door/health.ts';
import { openInstallation } from '../door/installation.ts';
import { announce } from '../process/announcement.ts';
import { type Beside, drainWhenTold, type Ended, openUnlessTold } from '../process/ending.ts';
import type { RunContext } from '../process/run-context.ts';
import { offerSetup } from '../process/set-up-link.ts';
import { type Ending, hearSignals } from '../process/signals.ts';
import { startReloads } from '../reload/triggers.ts';
import { mergeSnapshots } from '../telemetry/exposition.ts';
import { type Crew, killWorkers, startCrew } from './crew.ts';

/**
 * Runs the workers until a signal, then has them drain.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function runPrimary(context: RunContext): Promise<Ended> {
  const ending = hearSignals(killWorkers);
  const opened = await openUnlessTold(openCrew(context), ending, context.log);
  if (opened === undefined) {
    killWorkers();
    return 'broken-off';
  }
  const { crew, current } = opened;
  await Promise.race([opened.complete, ending.told]);
  const beside = await openBeside(opened, context, ending);
  return drainWhenTold(ending, beside, () => crew.drain(current.config.drainMs));
}

/** What belongs to a crew that is complete; nothing more of it once the end has been asked for. */
async function openBeside(opened: OpenCrew, context: RunContext, ending: Ending): Promise<Beside> {
  const { config, log, load, metrics } = context;
  const { addresses, store, storeKeys, notes } = opened;
  if (ending.isTold) return {};
  const admin = await openAdminOf(opened, context);
  if (ending.isTold) return { admin };
  announce({ ...context, addresses, admin });
  void offerSetup({ config, addresses, store, storeKeys, log, ending }).finally(store.close);
  if (load === undefined) return { admin };
  const door = { reload: (next: Config) => reloadCrew(opened, next), health: notes };
  const { dataDir } = config;
  return { admin, stopReloads: await startReloads({ door, log, load, dataDir, metrics }) };
}

type OpenCrew = Awaited<ReturnType<typeof openCrew>>;

/**
 * Everything that a start needs once, so that workers find it done, and the first of them. They
 * have stores of their own: the primary's is open until the start is complete.
 */
async function openCrew({ config, log }: RunContext) {
  const time = { clock: systemClock, random: systemRandom };
  const { dataDir, store } = await openInstallation(config, time);
  try {
    // For all workers, as in `openDoor`.
    await store.ping();
    const current = { config };
    const deps = { size: config.workers, current, log, clock: systemClock };
    const started = await startCrew(deps);
    return { ...started, store, storeKeys: dataDir.storeKeys, current, notes: createNotes() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A crew whose numbers the operator wants, and cannot have, does not go on. */
function openAdminOf(
  { crew, notes, store }: OpenCrew,
  { config, log, metrics }: RunContext,
): Promise<AdminServer | undefined> {
  return openAdmin({
    config,
    log,
    collect: async () =>
      mergeSnapshots([await metrics.snapshot(), ...(await crew.askAll('metrics', null))]),
    health: () => healthOf(crew, notes, config.workers),
  }).catch(async (error) => {
    crew.kill();
    await store.close();
    throw error;
  });
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
