/** The door of one process: composed, listening, and in the end drained. @module */
import { type AppDeps, createApp } from './app.ts';
import type { Config, ListenAddress } from './config/config.ts';
import { type Clock, type Random, stopwatch } from './core/ports.ts';
import { type DataDir, openDataDir } from './data-dir/data-dir.ts';
import { readHealth, readSessions } from './door-readings.ts';
import { createHealth, type Health } from './health.ts';
import { listen } from './listener.ts';
import type { Store } from './store/contract.ts';
import { openStore } from './store/open.ts';
import type { FlushableLog } from './telemetry/logger.ts';
import { measuredStore } from './telemetry/measured-store.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What a door is opened with. */
export interface DoorOptions {
  readonly config: Config;
  readonly log: FlushableLog;
  readonly clock: Clock;
  readonly random: Random;
  /** The process's own; undefined where nobody counts. */
  readonly metrics?: Metrics | undefined;
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
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { config, log, clock, random, metrics } = options;
  const dataDir = await openDataDir(config.dataDir, { random });
  const opened = await openStore({ path: dataDir.databaseFile, clock, random });
  const store = metrics === undefined ? opened : measuredStore(opened, metrics.store, stopwatch);
  const health = createHealth({ store, clock });
  metrics?.watch(readSessions({ store, clock }));
  metrics?.watch(readHealth(health));
  const { sealKeys, storeKeys } = dataDir;
  const deps: AppDeps = { config, store, sealKeys, storeKeys, clock, random, log, health, metrics };
  const app = createApp(deps);
  await app.start();
  const listener = await listen(app.gate, config);
  return {
    addresses: listener.addresses,
    store,
    dataDir,
    health,
    async drain(graceMs) {
      app.beginDrain();
      const isClean = await listener.drain(graceMs);
      await app.close();
      await store.close();
      return isClean;
    },
  };
}
