/** The door of one process: composed, listening, and in the end drained. @module */
import { type AppDeps, createApp } from './app.ts';
import type { Config, ListenAddress } from './config/config.ts';
import { createLiveKeySet } from './core/key-set.ts';
import type { Clock, Random } from './core/ports.ts';
import { type DataDir, openDataDir } from './data-dir/data-dir.ts';
import { type KeysWatch, watchKeys } from './data-dir/watch-keys.ts';
import { createHealth, type Health } from './health.ts';
import { listen } from './listener.ts';
import type { Store } from './store/contract.ts';
import { openStore } from './store/open.ts';
import type { FlushableLog } from './telemetry/logger.ts';

/** What a door is opened with. */
export interface DoorOptions {
  readonly config: Config;
  readonly log: FlushableLog;
  readonly clock: Clock;
  readonly random: Random;
}

/** An open door. */
export interface Door {
  /** The addresses that are really bound; port 0 has become a number. */
  readonly addresses: readonly ListenAddress[];
  readonly store: Store;
  readonly dataDir: DataDir;
  readonly health: Health;
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
export async function openDoor({ config, log, clock, random }: DoorOptions): Promise<Door> {
  const opened = await openDataDir(config.dataDir, { random });
  const sealKeys = createLiveKeySet(opened.sealKeys);
  const storeKeys = createLiveKeySet(opened.storeKeys);
  const dataDir = { ...opened, sealKeys, storeKeys };
  const store = await openStore({ path: dataDir.databaseFile, clock, random });
  const health = createHealth({ store, clock });
  const deps: AppDeps = { config, store, sealKeys, storeKeys, clock, random, log, health };
  const app = createApp(deps);
  await app.start();
  const listener = await listen(app.gate, config);
  const keysWatch = followKeys(dataDir, { log, health });
  return {
    addresses: listener.addresses,
    store,
    dataDir,
    health,
    async drain(graceMs) {
      app.beginDrain();
      keysWatch.close();
      const isClean = await listener.drain(graceMs);
      await app.close();
      await store.close();
      return isClean;
    },
  };
}

type LiveKeys = Record<'sealKeys' | 'storeKeys', ReturnType<typeof createLiveKeySet>>;

function followKeys(
  { keysFile, sealKeys, storeKeys }: LiveKeys & Pick<DataDir, 'keysFile'>,
  { log, health }: Pick<DoorOptions, 'log'> & { readonly health: Health },
): KeysWatch {
  return watchKeys({
    path: keysFile,
    onRings: (rings) => {
      sealKeys.replace(rings.sealKeys);
      storeKeys.replace(rings.storeKeys);
    },
    onProblem: (problem) => {
      if (problem !== undefined) log.error({}, problem);
      health.note('keys', problem);
    },
  });
}
