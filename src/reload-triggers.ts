/** What makes a running door look at its configuration again. @module */
import { serveControl } from './control-socket.ts';
import type { Log } from './core/log.ts';
import { type Random, randomToken } from './core/ports.ts';
import type { ReloadOutcome } from './reload.ts';
import { watchFiles } from './watch-files.ts';

/** Who reloads, and what is watched. */
export interface TriggerDeps {
  readonly reload: () => ReloadOutcome;
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
export async function hearTriggers(deps: TriggerDeps): Promise<() => Promise<void>> {
  const { reload, files, dataDir, log, random } = deps;
  const onSignal = () => {
    log.info({}, 'SIGHUP received, reading the configuration again');
    reload();
  };
  process.on('SIGHUP', onSignal);
  const stopWatching = watchFiles({ files, onChange: reload });
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
