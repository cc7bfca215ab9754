/** The ground that a door stands on: installation, live keys, and a store that is watched. @module */
import { createLiveKeySet, type LiveKeySet } from '../core/key-set.ts';
import { stopwatch } from '../core/ports.ts';
import type { DataDir } from '../data-dir/data-dir.ts';
import { type CallMeter, measuredStore } from '../telemetry/measured-store.ts';
import type { AppDeps, DoorOptions } from './contract.ts';
import { createHealth, createNotes } from './health.ts';
import { type Installation, openInstallation } from './installation.ts';
import { readHealth, readSessions } from './readings.ts';
import { createStoreWatch } from './store-watch.ts';

/** Opened, and nothing built on it yet. */
export interface Ground {
  readonly deps: AppDeps;
  /** Its keys are the live ones. */
  readonly dataDir: DataDir & LiveKeys;
  /** Closes the store. */
  close(): Promise<void>;
}

/** Rings that a change of the key file replaces while everybody uses them. */
export interface LiveKeys {
  readonly sealKeys: LiveKeySet;
  readonly storeKeys: LiveKeySet;
}

/**
 * Opens data directory and store.
 *
 * @throws StartupError with a sentence for the operator
 */
export async function openGround(options: DoorOptions): Promise<Ground> {
  const { log, clock, metrics } = options;
  const { dataDir: folder, store: opened } = await openWritable(options);
  const sealKeys = createLiveKeySet(folder.sealKeys);
  const storeKeys = createLiveKeySet(folder.storeKeys);
  const notes = createNotes();
  const watch = createStoreWatch({ store: opened, log, notes, stopwatch });
  const store = measuredStore(opened, joinMeters(metrics?.store, watch), stopwatch);
  const health = createHealth({ store, clock, notes });
  metrics?.watch(readSessions({ store, clock }));
  metrics?.watch(readHealth(health));
  return {
    deps: { ...options, store, sealKeys, storeKeys, health },
    dataDir: { ...folder, sealKeys, storeKeys },
    async close() {
      watch.close();
      await store.close();
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
