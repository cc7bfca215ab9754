/** What makes a running door look at its configuration again. @module */
import { serveControl } from './control-socket.ts';
import type { Log } from './core/log.ts';
import { type Random, randomToken, systemRandom } from './core/ports.ts';
import { createReloads, type ReloadDeps, type ReloadOutcome } from './reload.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { watchFiles } from './watch-files.ts';

/** What reloads work on, where doors are spoken to, and who counts. */
export interface ReloadsDeps extends ReloadDeps {
  readonly dataDir: string;
  readonly metrics: Pick<Metrics, 'reloaded'>;
}

/**
 * Makes the reloads of a process, and hears what asks for them.
 *
 * @returns how to stop
 */
export async function startReloads(deps: ReloadsDeps): Promise<() => Promise<void>> {
  const { dataDir, log, metrics } = deps;
  const { reload, files } = createReloads({ ...deps, count: metrics.reloaded });
  // The first look says which files there are, and takes what has changed since the start.
  await reload();
  return hearTriggers({ reload, files, dataDir, log, random: systemRandom });
}

/** Who reloads, and what is watched. */
interface TriggerDeps {
  readonly reload: () => Promise<ReloadOutcome>;
  readonly files: () => readonly string[];
  readonly dataDir: string;
  readonly log: Log;
  readonly random: Random;
}

/**
 * Reloads on SIGHUP, when a file has changed, and when `sallyport reload` asks.
 *
 * @returns how to stop
 */
async function hearTriggers(deps: TriggerDeps): Promise<() => Promise<void>> {
  const { reload, files, dataDir, log, random } = deps;
  const onSignal = () => {
    log.info({}, 'SIGHUP received, reading the configuration again');
    void reload();
  };
  process.on('SIGHUP', onSignal);
  const stopWatching = watchFiles({ files, onChange: () => void reload() });
  const stopServing = await serveControl({
    ...{ dataDir, pid: process.pid, tag: randomToken(random, 6) },
    answer: (question) => (question === 'reload' ? reload() : undefined),
  }).catch((error: unknown) => {
    // The door serves without it, and a signal does the same.
    log.warn({ err: error }, '"sallyport reload" cannot reach this door; SIGHUP can');
    return async () => {};
  });
  return async () => {
    process.off('SIGHUP', onSignal);
    stopWatching();
    await stopServing();
  };
}
