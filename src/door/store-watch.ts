/** Says once that the database is away, why, and when it is back. @module */
import { isStoreDown } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Store } from '../store/contract.ts';
import type { CallMeter } from '../telemetry/measured-store.ts';
import type { Notes } from './health.ts';

/** What is watched, and where it is said. */
export interface StoreWatchDeps {
  readonly store: Pick<Store, 'ping'>;
  readonly log: Log;
  readonly notes: Pick<Notes, 'note'>;
  /** Milliseconds from any origin; never put back. */
  readonly stopwatch: () => number;
}

/** Hears of every call, and asks by itself while calls fail. */
export interface StoreWatch extends CallMeter {
  close(): void;
}

/** Between two questions whether it is back. */
const ASK_MS = 1_000;
/** Reads may fail while writes are answered, or the other way about: nobody may have failed for so long. */
const QUIET_MS = 2_000;
/** Whoever looks at the log's end only must see an outage that lasts. */
const REMIND_MS = 60_000;

interface Outage {
  readonly sinceMs: number;
  failures: number;
  lastFailureMs: number;
  lastSaidMs: number;
  reason: string;
}

/**
 * Every request fails in an outage, and each of them could fill the log: an outage is two
 * lines, one with the reason and one at its end, and another a minute while it lasts.
 */
export function createStoreWatch(deps: StoreWatchDeps): StoreWatch {
  const { store, log, notes, stopwatch } = deps;
  let outage: Outage | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function fail(reason: string): void {
    const nowMs = stopwatch();
    if (outage === undefined) {
      outage = beginOutage(nowMs, reason);
      askSoon();
    }
    outage.failures += 1;
    outage.lastFailureMs = nowMs;
    outage.reason = reason;
    notes.note('store', reason);
    if (nowMs - outage.lastSaidMs < REMIND_MS) return;
    outage.lastSaidMs = nowMs;
    log.error({ failures: outage.failures }, `${reason} Nobody can sign in until it answers.`);
  }

  function askSoon(): void {
    if (!isClosed) timer = setTimeout(() => void ask(), ASK_MS).unref();
  }

  async function ask(): Promise<void> {
    const askedAtMs = stopwatch();
    try {
      await store.ping();
      if (outage !== undefined && askedAtMs - outage.lastFailureMs >= QUIET_MS) return end(outage);
    } catch (error) {
      if (isStoreDown(error)) fail(error.message);
    }
    askSoon();
  }

  function end({ sinceMs, failures }: Outage): void {
    outage = undefined;
    notes.note('store', undefined);
    const seconds = Math.round((stopwatch() - sinceMs) / 1000);
    log.info({ seconds, failures }, 'The database answers again.');
  }

  return {
    observe(_operation, _seconds, _outcome, error) {
      if (!isClosed && isStoreDown(error)) fail(error.message);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** As if it had been said long ago: the first failure is said at once. */
const beginOutage = (nowMs: number, reason: string): Outage => ({
  sinceMs: nowMs,
  failures: 0,
  lastFailureMs: nowMs,
  lastSaidMs: -REMIND_MS,
  reason,
});
