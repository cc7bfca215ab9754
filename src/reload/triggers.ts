/** What makes a running door look at its configuration again. @module */

import { randomToken, systemRandom } from '../core/ports.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { serveControl } from './control-socket.ts';
import { createReloads, type ReloadDeps } from './reload.ts';
import { watchFiles } from './watch-files.ts';

/** What reloads work on, where doors are spoken to, and who counts. */
export interface ReloadsDeps extends ReloadDeps {
  readonly dataDir: string;
  readonly metrics: Pick<Metrics, 'reloaded'>;
}

/**
 * Makes the reloads of a process, and hears what asks for them: SIGHUP, a file that has changed,
 * and `sallyport reload`.
 *
 * @returns how to stop
 */
export async function startReloads(deps: ReloadsDeps): Promise<() => Promise<void>> {
  const { dataDir, log, metrics } = deps;
  const { reload, files } = createReloads({ ...deps, count: metrics.reloaded });
  const onSignal = () => {
    log.info({}, 'SIGHUP received, reading the configuration again');
    void reload();
  };
  process.on('SIGHUP', onSignal);
  // Before the first look: whoever has read in the log that a file was taken can ask, too.
  const stopServing = await serveControl({
    dataDir,
    pid: process.pid,
    tag: randomToken(systemRandom, 6),
    answer: (question) => (question === 'reload' ? reload() : undefined),
  }).catch((error: unknown) => {
    // The door serves without it, and a signal does the same.
    log.warn({ err: error }, '"sallyport reload" cannot reach this door; SIGHUP can');
    return async () => {};
  });
  // The first look says which files there are, and takes what has changed since the start.
  await reload();
  const stopWatching = watchFiles({ files, onChange: () => void reload() });
  return async () => {
    process.off('SIGHUP', onSignal);
    stopWatching();
    await stopServing();
  };
}
