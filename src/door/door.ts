/** The door of one process: composed, listening, and in the end drained. @module */

import { compareConfigs, keepUpstreams } from '../config/changes.ts';
import type { Config, ListenAddress } from '../config/config.ts';
import { isStoreDown } from '../core/errors.ts';
import { createLiveKeySet } from '../core/key-set.ts';
import { type Clock, type Random, stopwatch } from '../core/ports.ts';
import type { DataDir } from '../data-dir/data-dir.ts';
import { readKeysFile } from '../data-dir/keys-file.ts';
import { type KeysWatch, watchKeys } from '../data-dir/watch-keys.ts';
import { rotateByAge, sealNeededMs } from '../keys/rotation.ts';
import { createKeyUpkeep, type KeyUpkeep } from '../keys/upkeep.ts';
import type { Store } from '../store/contract.ts';
import type { FlushableLog } from '../telemetry/logger.ts';
import { type CallMeter, measuredStore } from '../telemetry/measured-store.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type AppDeps, createApp } from './app.ts';
import { createClockWatch } from './clock-watch.ts';
import { createGateSwitch } from './gate-switch.ts';
import { createHealth, createNotes, type Health } from './health.ts';
import { type Installation, openInstallation } from './installation.ts';
import { listen } from './listener.ts';
import { readHealth, readSessions } from './readings.ts';
import { createStoreWatch } from './store-watch.ts';

/** What a door is opened with. */
export interface DoorOptions {
  readonly config: Config;
  readonly log: FlushableLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The process's own; undefined where nobody counts. */
  readonly metrics?: Metrics | undefined;
}

/** What a door made of a valid configuration. */
export type ConfigTaken =
  | { readonly kind: 'taken'; readonly changes: readonly string[] }
  | { readonly kind: 'unchanged' }
  /** Keys that only a start can change; nothing was applied. */
  | { readonly kind: 'needs-restart'; readonly keys: readonly string[] };

/** An open door. */
export interface Door {
  /** The addresses that are really bound; port 0 has become a number. */
  readonly addresses: readonly ListenAddress[];
  readonly store: Store;
  readonly dataDir: DataDir;
  readonly health: Health;
  /** The one in force. */
  readonly config: Config;
  /**
   * Serves new requests under another configuration, or leaves everything as it is. Requests
   * that run finish as they were decided; WebSockets and event streams are decided anew.
   */
  reload(config: Config): ConfigTaken;
  /**
   * Takes no more connections, lets running requests finish for at most `graceMs`, then
   * cuts; closes everything that was opened.
   *
   * @returns whether everything finished by itself
   */
  drain(graceMs: number): Promise<boolean>;
}

/**
 * Opens data directory, store and sockets, in this order.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { config, log, clock, random, metrics } = options;
  const { dataDir: folder, store: opened } = await openWritable(options);
  const sealKeys = createLiveKeySet(folder.sealKeys);
  const storeKeys = createLiveKeySet(folder.storeKeys);
  const dataDir = { ...folder, sealKeys, storeKeys };
  const notes = createNotes();
  const watch = createStoreWatch({ store: opened, log, notes, stopwatch });
  const store = measuredStore(opened, joinMeters(metrics?.store, watch), stopwatch);
  const health = createHealth({ store, clock, notes });
  metrics?.watch(readSessions({ store, clock }));
  metrics?.watch(readHealth(health));
  const deps: AppDeps = { config, store, sealKeys, storeKeys, clock, random, log, health, metrics };
  let app = createApp(deps);
  let current = config;
  await app.start();
  const gates = createGateSwitch(app.gate);
  const listener = await listen(gates.gate, config);
  const keyUpkeep = createKeyUpkeep(deps);
  const keysWatch = followKeys(dataDir, { log, health, keyUpkeep });
  const rotate = () => rotateWhenDue({ ...deps, config: current }, dataDir.keysFile);
  const minutely = eachMinute([keyUpkeep.run, rotate, createClockWatch(deps)], log);
  return {
    addresses: listener.addresses,
    store,
    dataDir,
    health,
    get config() {
      return current;
    },
    reload(next) {
      const { changes, needRestart } = compareConfigs(current, next);
      if (needRestart.length > 0) return { kind: 'needs-restart', keys: needRestart };
      if (changes.length === 0) return { kind: 'unchanged' };
      const kept = keepUpstreams(current, next);
      // Built before anything is switched: whatever throws here changes nothing.
      const successor = app.successor(kept);
      gates.turnTo(successor.gate);
      [app, current] = [successor, kept];
      app.takeOver();
      return { kind: 'taken', changes };
    },
    async drain(graceMs) {
      app.beginDrain();
      keysWatch?.close();
      clearInterval(minutely);
      const [isClean] = await Promise.all([listener.drain(graceMs), keyUpkeep.close()]);
      await app.close();
      watch.close();
      await store.close();
      return isClean;
    },
  };
}

/**
 * A door that nobody can sign in at should not look as if it had started. The primary has asked
 * for all workers; one that follows a dead one still serves those who are signed in.
 */
async function openWritable({ config, ...deps }: DoorOptions): Promise<Installation> {
  const installation = await openInstallation(config, deps);
  if (config.workers > 1) return installation;
  try {
    await installation.store.ping();
    return installation;
  } catch (error) {
    await installation.store.close();
    throw error;
  }
}

/** Metrics count calls, the watch hears of those that fail. */
const joinMeters = (metrics: CallMeter | undefined, watch: CallMeter): CallMeter => ({
  observe(...call) {
    metrics?.observe(...call);
    watch.observe(...call);
  },
});

const MINUTE_MS = 60_000;

/** Once at once, then every minute; none of it keeps the process alive. */
function eachMinute(works: readonly (() => Promise<void>)[], log: AppDeps['log']): NodeJS.Timeout {
  const run = () => {
    for (const work of works) {
      work().catch((cause: unknown) => {
        if (isStoreDown(cause)) return;
        log.warn({ cause }, 'The minutely look at keys and clocks failed.');
      });
    }
  };
  run();
  return setInterval(run, MINUTE_MS).unref();
}

async function rotateWhenDue(deps: AppDeps, keysFile: string | undefined): Promise<void> {
  const { rotateAfterMs } = deps.config.keys;
  if (rotateAfterMs === undefined || keysFile === undefined) return;
  const file = await readKeysFile(keysFile);
  if (file === undefined) return;
  const neededMs = sealNeededMs(deps.config.session);
  await rotateByAge({ ...deps, keysFile, rotateAfterMs, sealNeededMs: neededMs }, file);
}

type LiveKeys = Record<'sealKeys' | 'storeKeys', ReturnType<typeof createLiveKeySet>>;

function followKeys(
  { keysFile, sealKeys, storeKeys }: LiveKeys & Pick<DataDir, 'keysFile'>,
  { log, health, keyUpkeep }: Pick<AppDeps, 'log' | 'health'> & { readonly keyUpkeep: KeyUpkeep },
): KeysWatch | undefined {
  if (keysFile === undefined) return undefined;
  return watchKeys({
    path: keysFile,
    onRings: (rings) => {
      sealKeys.replace(rings.sealKeys);
      storeKeys.replace(rings.storeKeys);
      void keyUpkeep.run();
    },
    onProblem: (problem) => {
      if (problem !== undefined) log.error({}, problem);
      health.note('keys', problem);
    },
  });
}
