/** Looks at the revocation feed, and says whether it may be believed. @module */
import type { Clock } from '../core/ports.ts';
import { shareRuns } from '../core/shared-runs.ts';
import { createFeedReader, type FeedEntry, type FeedReaderDeps } from './feed-reader.ts';

/** The feed, and who hears of news and of failures. */
export interface FeedWatchDeps extends Pick<FeedReaderDeps, 'feed' | 'learn'> {
  readonly clock: Clock;
  /** How long a silent feed leaves those signed in alone. */
  readonly graceMs: number;
  readonly onFeedError: (cause: unknown) => void;
  /** The feed was read to its end, which `last` is. */
  readonly onHeard: (last: FeedEntry | undefined) => void;
  /** The feed does not go on from what was read: all of it is about to be read anew. */
  readonly onFeedReplaced: () => void;
}

/** One process's ear at the feed. */
export interface FeedWatch {
  /**
   * False before the first answer, once the feed has been silent beyond the grace, and while a
   * feed with another history has not been read to its end.
   */
  isCurrent(): boolean;
  /** Reads what is new; a failure is reported, never thrown. One read at a time. */
  poll(): Promise<void>;
  isReading(): boolean;
  /** Since the last answer, in milliseconds; infinite before the first. */
  silenceMs(): number;
}

/** Builds a watch that has heard nothing, and therefore believes nothing, until the first poll. */
export function createFeedWatch(deps: FeedWatchDeps): FeedWatch {
  const { clock, graceMs } = deps;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  const readFeed = createFeedReader({
    ...deps,
    onReplaced() {
      // What has been heard stays ended. Until the rest is read, nobody can say who lives.
      heardAtMs = Number.NEGATIVE_INFINITY;
      deps.onFeedReplaced();
    },
  });
  // A clock that was put back must not stretch the silence of a dead feed.
  const silenceMs = () => Math.abs(clock.nowMs() - heardAtMs);

  async function read(): Promise<void> {
    const askedAtMs = clock.nowMs();
    try {
      const last = await readFeed();
      heardAtMs = askedAtMs;
      deps.onHeard(last);
    } catch (cause) {
      deps.onFeedError(cause);
    }
  }

  const reads = shareRuns(read);
  return {
    isCurrent: () => silenceMs() <= graceMs,
    poll: reads.run,
    isReading: () => reads.running !== undefined,
    silenceMs,
  };
}
