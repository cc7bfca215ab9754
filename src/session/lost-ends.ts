/** Ends that this process knows of and the database, put back, no longer does (ADR 27). @module */
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, stopwatch } from '../core/ports.ts';
import { shareRuns } from '../core/shared-runs.ts';
import type { SessionEnd } from './ended-sessions.ts';
import type { FeedEntry } from './feed-reader.ts';

/** Where lost ends are written down, and who hears of it. */
export interface LostEndsDeps {
  readonly clock: Clock;
  /**
   * Appends what the feed does not hold after `last`, and answers how many that was; nothing
   * and `unknown-entry` where it does not hold `last`.
   */
  readonly endAgain: (
    ends: readonly SessionEnd[],
    last?: FeedEntry,
  ) => Promise<number | 'unknown-entry'>;
  /** So many were put back on the feed. */
  readonly onEndedAgain: (count: number) => void;
  readonly onFeedError: (cause: unknown) => void;
}

/** Finds them while the feed is read anew, and writes them down. */
export interface LostEnds {
  /** The feed is about to be read from its beginning: what of this it does not tell is lost. */
  suspect(expiryBySid: ReadonlyMap<string, number>): void;
  /** The feed tells of these. */
  clear(page: readonly FeedEntry[]): void;
  /**
   * The feed was read to its end, which `last` is: whatever is still suspected is lost. A
   * failure is reported, never thrown; the next call goes on. One round at a time.
   */
  write(last: FeedEntry | undefined): Promise<void>;
}

/** Ends in one write: everybody else's wait for it, in all processes. */
const BATCH = 500;

/** Builds a finder that suspects nothing. */
export function createLostEnds(deps: LostEndsDeps): LostEnds {
  let suspected = new Map<string, number>();
  /** Other processes write the same ones down: what they have written shows with each look. */
  let lookedTo: FeedEntry | undefined;

  /** @returns how many the feed lacked; undefined where nothing is left to write, or not now */
  async function writeBatch(): Promise<number | undefined> {
    const lost = suspected;
    const batch = takeFrom(lost, deps.clock.nowMs());
    if (batch.length === 0) return undefined;
    const lacking = await deps.endAgain(batch, lookedTo);
    // Replaced once more: the next look finds out, and suspects all of them again.
    if (lacking === 'unknown-entry') return undefined;
    for (const { sid } of batch) lost.delete(sid);
    return lacking;
  }

  const rounds = shareRuns(() => writeAll(writeBatch, deps));
  return {
    suspect(expiryBySid) {
      suspected = new Map(expiryBySid);
    },
    clear(page) {
      for (const { sid } of page) suspected.delete(sid);
    },
    write(last) {
      lookedTo = last;
      return rounds.run();
    },
  };
}

async function writeAll(
  writeBatch: () => Promise<number | undefined>,
  { onEndedAgain, onFeedError }: LostEndsDeps,
): Promise<void> {
  let count = 0;
  try {
    for (;;) {
      const begunMs = stopwatch();
      const lacking = await writeBatch();
      if (lacking === undefined) break;
      count += lacking;
      // As long again is everybody else's: of the one process on SQLite, of the one lock elsewhere.
      await wait(stopwatch() - begunMs);
    }
  } catch (cause) {
    onFeedError(cause);
  }
  if (count > 0) onEndedAgain(count);
}

/** A seal that is dead by itself needs no end. */
function takeFrom(suspected: Map<string, number>, nowMs: number): readonly SessionEnd[] {
  const batch: SessionEnd[] = [];
  for (const [sid, expiresAtMs] of suspected) {
    if (batch.length === BATCH) break;
    if (nowMs < expiresAtMs) batch.push({ sid, expiresAtMs });
    else suspected.delete(sid);
  }
  return batch;
}
