/** Sweeps rows that have expired out of the store. @module */
import { isStoreDown } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../store/contract.ts';

/** What is swept, by which time, and who hears that it failed. */
export interface SweepDeps {
  readonly store: Pick<Store, 'purge'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A sweep that comes back until it is stopped; it never keeps the process alive. */
export interface Sweep {
  start(): void;
  stop(): void;
}

/** Nothing depends on it but disk space. */
const INTERVAL_MS = 10 * 60_000;

/** Builds the sweep; the first one comes an interval after the start. */
export function createSweep({ store, clock, log }: SweepDeps): Sweep {
  let timer: NodeJS.Timeout | undefined;
  async function sweep(): Promise<void> {
    try {
      await store.purge(clock.nowMs());
    } catch (error) {
      // A long one outlives the door, and is not to complain of a store that was closed.
      if (timer === undefined || isStoreDown(error)) return;
      log.warn({ err: error }, 'could not sweep expired rows');
    }
  }
  return {
    start() {
      timer = setInterval(() => void sweep(), INTERVAL_MS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
