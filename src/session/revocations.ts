/** This process's view of the revocation feed (ADR 7). @module */
import { createEndedSessions, type EndedSessions, type SessionEnd } from './ended-sessions.ts';
import { createFeedWatch, type FeedWatch, type FeedWatchDeps } from './feed-watch.ts';

/** The feed, and who hears of news. */
export interface RevocationsDeps extends Omit<FeedWatchDeps, 'learn'> {
  readonly onRevoked: (sids: ReadonlySet<string>) => void;
}

/** The sessions known to have been ended, and whether that is all of them. */
export interface Revocations extends FeedWatch, Pick<EndedSessions, 'has' | 'size'> {
  /** Revokes here, ahead of the feed. */
  add(end: SessionEnd): void;
}

/** Builds a view that knows nothing, and therefore trusts nothing, until the first poll. */
export function createRevocations(deps: RevocationsDeps): Revocations {
  const ended = createEndedSessions();
  const revoke = (ends: readonly SessionEnd[]) => {
    for (const end of ends) ended.add(end);
    deps.onRevoked(new Set(ends.map(({ sid }) => sid)));
  };
  const watch = createFeedWatch({
    ...deps,
    learn: revoke,
    onHeard() {
      ended.forgetExpired(deps.clock.nowMs());
      deps.onHeard();
    },
  });
  return {
    ...watch,
    has: ended.has,
    add: (end) => revoke([end]),
    get size() {
      return ended.size;
    },
  };
}
