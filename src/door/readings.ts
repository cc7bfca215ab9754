/** What a scrape looks up about a whole door: its sessions, its health, and what it holds. @module */
import type { Clock } from '../core/ports.ts';
import type { Connections } from '../proxy/connections.ts';
import type { LiveSessions } from '../session/sessions.ts';
import type { Store } from '../store/contract.ts';
import type { ReadingSource } from '../telemetry/readings.ts';
import type { Health } from './health.ts';

/** Counting reads rows: several scrapers share one answer. */
const COUNT_TTL_MS = 15_000;
/** Counting further would hold requests up. */
const MAX_COUNTED = 100_000;
/** A scrape waits no longer for a store that hangs. */
const PATIENCE_MS = 3_000;

/** Counts the sessions in the store; leaves them out while it does not answer. */
export function readSessions(deps: {
  readonly store: Pick<Store, 'countSessions'>;
  readonly clock: Clock;
}): ReadingSource {
  const { store, clock } = deps;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<number | undefined> = Promise.resolve(undefined);
  return async () => {
    const nowMs = clock.nowMs();
    if (nowMs - askedAtMs >= COUNT_TTL_MS) {
      askedAtMs = nowMs;
      answer = store.countSessions(nowMs, MAX_COUNTED).catch(() => undefined);
    }
    const sessions = await within(answer, undefined);
    return sessions === undefined ? {} : { sessions };
  };
}

/** Says what the probes say, in numbers. */
export function readHealth(health: Pick<Health, 'reasons' | 'notes'>): ReadingSource {
  return async () => {
    const reasons = await within(health.reasons(), ['the store hangs']);
    return { ready: reasons.length === 0 ? 1 : 0, notes: health.notes().length };
  };
}

/** Says what the process holds: long-lived exchanges, opened seals, known revocations. */
export function readHoldings({ live }: Connections, sessions: LiveSessions): ReadingSource {
  return () => ({
    ...live.counts,
    sealEntries: sessions.sizes.seals,
    revocations: sessions.sizes.revoked,
    feedSilenceSec: sessions.feedSilenceMs / 1000,
  });
}

async function within<T>(promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
