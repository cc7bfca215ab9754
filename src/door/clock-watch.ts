/** Compares this machine's clock with the database's, which all instances share. @module */
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../store/contract.ts';
import type { Health } from './health.ts';

/** Who has clocks, and who hears that they disagree. */
export interface ClockWatchDeps {
  readonly store: Pick<Store, 'timeMs'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Pick<Health, 'note'>;
}

/** Codes are good for 30 s on either side; a sixth of that goes unnoticed. */
const TOLERATED_MS = 5_000;

/** Builds the comparison; it is said once when clocks part, and once when they meet again. */
export function createClockWatch({ store, clock, log, health }: ClockWatchDeps) {
  let told: string | undefined;
  return async (): Promise<void> => {
    const askedAtMs = clock.nowMs();
    const databaseMs = await store.timeMs();
    if (databaseMs === undefined) return;
    // The answer was true somewhere on its way.
    const aheadMs = (askedAtMs + clock.nowMs()) / 2 - databaseMs;
    const note = Math.abs(aheadMs) > TOLERATED_MS ? sentence(aheadMs) : undefined;
    const side = note && Math.sign(aheadMs).toString();
    if (side === told) return;
    told = side;
    health.note('clock', note);
    if (note === undefined) log.info({}, 'The clock agrees with the database again.');
    else log.warn({}, note);
  };
}

const sentence = (aheadMs: number) =>
  `The clock of this machine is ${Math.round(Math.abs(aheadMs) / 1000)} s ` +
  `${aheadMs > 0 ? 'ahead of' : 'behind'} the database's: set both by NTP, or codes and sessions end at the wrong time.`;
