/** This process's view of the revocation feed (ADR 7). @module */
import { createEndedSessions, type EndedSessions, type SessionEnd } from './ended-sessions.ts';
import { createFeedWatch, type FeedWatch, type FeedWatchDeps } from './feed-watch.ts';
import { createLostEnds, type LostEndsDeps } from './lost-ends.ts';

/** The feed, and who hears of news. */
export interface RevocationsDeps
  extends Omit<FeedWatchDeps, 'learn' | 'onHeard'>,
    Omit<LostEndsDeps, 'onFeedError'> {
  readonly onHeard: () => void;
  readonly onRevoked: (sids: ReadonlySet<string>) => void;
}

/** The sessions known to have been ended, and whether that is all of them. */
export interface Revocations extends FeedWatch, Pick<EndedSessions, 'has'> {
  /** Revokes here, ahead of the feed. */
  add(end: SessionEnd): void;
  size(): number;
}

/** Builds a view that knows nothing, and therefore trusts nothing, until the first poll. */
export function createRevocations(deps: RevocationsDeps): Revocations {
  const ended = createEndedSessions();
  const lost = createLostEnds(deps);
  const revoke = (ends: readonly SessionEnd[]) => {
    for (const end of ends) ended.add(end);
    deps.onRevoked(new Set(ends.map(({ sid }) => sid)));
  };
  const watch = createFeedWatch({
    ...deps,
    learn(page) {
      lost.clear(page);
      revoke(page);
    },
    onFeedReplaced() {
      lost.suspect(ended.expiryBySid);
      deps.onFeedReplaced();
    },
    onHeard(last) {
      ended.forgetExpired(deps.clock.nowMs());
      // Not waited for: the next look comes on time, and nobody's sign-in hangs on it.
      void lost.write(last);
      deps.onHeard();
    },
  });
  return {
    ...watch,
    has: ended.has,
    add: (end) => revoke([end]),
    size: () => ended.expiryBySid.size,
  };
}
