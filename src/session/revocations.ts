/** This process's view of the revocation feed (ADR 7). @module */
import type { Clock } from '../core/ports.ts';
import { cutoffOf } from '../core/session-cutoff.ts';
import { createFeedReader, type FeedEntry, type RevocationFeed } from './feed-reader.ts';

/** The feed, and who hears of news and of failures. */
export interface RevocationsDeps {
  readonly feed: RevocationFeed;
  readonly clock: Clock;
  /** How long a silent feed leaves those signed in alone. */
  readonly graceMs: number;
  readonly onRevoked: (sids: ReadonlySet<string>) => void;
  readonly onFeedError: (cause: unknown) => void;
  readonly onHeard: () => void;
  /** The feed does not go on from what was read: all of it is about to be read anew. */
  readonly onFeedReplaced: () => void;
}

/** The sessions known to have been ended. */
export interface Revocations {
  has(session: {
    readonly sid: string;
    readonly signedInAtMs: number;
    readonly expiresAtMs: number;
  }): boolean;
  /** Revokes here, ahead of the feed. */
  add(sid: string, expiresAtMs: number): void;
  /**
   * False before the first answer, once the feed has been silent beyond the grace, and while a
   * feed with another history has not been read to its end.
   */
  isCurrent(): boolean;
  /** Reads what is new; a failure is reported, never thrown. One read at a time. */
  poll(): Promise<void>;
  readonly isReading: boolean;
  /** Since the last answer; infinite before the first. */
  readonly silenceMs: number;
  readonly size: number;
}

/** Builds a view that knows nothing, and therefore trusts nothing, until the first poll. */
export function createRevocations(deps: RevocationsDeps): Revocations {
  const { feed, clock, graceMs } = deps;
  const expiryBySid = new Map<string, number>();
  /** Whoever signed in before this was ended by a restore. */
  let cutoffMs = Number.NEGATIVE_INFINITY;
  let heardAtMs = Number.NEGATIVE_INFINITY;
  /** When the first of those known expires by itself. */
  let firstExpiryMs = Number.POSITIVE_INFINITY;
  /** Whoever was to end before this may have been forgotten. */
  let forgottenUntilMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  const readFeed = createFeedReader({
    feed,
    learn,
    onReplaced() {
      // What has been heard stays ended. Until the rest is read, nobody can say who lives.
      heardAtMs = Number.NEGATIVE_INFINITY;
      deps.onFeedReplaced();
    },
  });

  function know(sid: string, expiresAtMs: number): void {
    expiryBySid.set(sid, expiresAtMs);
    firstExpiryMs = Math.min(firstExpiryMs, expiresAtMs);
  }

  async function read(): Promise<void> {
    const askedAtMs = clock.nowMs();
    try {
      await readFeed();
      heardAtMs = askedAtMs;
      forgetExpired();
      deps.onHeard();
    } catch (cause) {
      deps.onFeedError(cause);
    }
  }

  function learn(page: readonly FeedEntry[]): void {
    for (const entry of page) {
      know(entry.sid, entry.expiresAtMs);
      cutoffMs = Math.max(cutoffMs, cutoffOf(entry.sid) ?? cutoffMs);
    }
    deps.onRevoked(new Set(page.map(({ sid }) => sid)));
  }

  /** The seal itself is dead by then, and stays so when a clock that ran ahead is put back. */
  function forgetExpired(): void {
    const nowMs = clock.nowMs();
    // Most looks find nothing to forget, and there may be a hundred thousand to look at.
    if (nowMs < firstExpiryMs) return;
    firstExpiryMs = Number.POSITIVE_INFINITY;
    for (const [sid, expiresAtMs] of expiryBySid) {
      if (nowMs < expiresAtMs) {
        firstExpiryMs = Math.min(firstExpiryMs, expiresAtMs);
        continue;
      }
      expiryBySid.delete(sid);
      forgottenUntilMs = Math.max(forgottenUntilMs, expiresAtMs);
    }
  }

  return {
    has: ({ sid, signedInAtMs, expiresAtMs }) =>
      signedInAtMs < cutoffMs || expiresAtMs <= forgottenUntilMs || expiryBySid.has(sid),
    add(sid, expiresAtMs) {
      know(sid, expiresAtMs);
      deps.onRevoked(new Set([sid]));
    },
    // A clock that was put back must not stretch the silence of a dead feed.
    isCurrent: () => Math.abs(clock.nowMs() - heardAtMs) <= graceMs,
    poll() {
      running ??= read().finally(() => {
        running = undefined;
      });
      return running;
    },
    get isReading() {
      return running !== undefined;
    },
    get silenceMs() {
      return Math.abs(clock.nowMs() - heardAtMs);
    },
    get size() {
      return expiryBySid.size;
    },
  };
}
