/** Reads the revocation feed on from where it stopped, or anew (ADR 26). @module */

/** An end of a session, as the feed tells it. */
export interface FeedEntry {
  readonly id: number;
  readonly sid: string;
  readonly nonce: string;
  readonly expiresAtMs: number;
}

/** The feed, a page at a time: what follows the last entry that was read. */
export interface RevocationFeed {
  /** `unknown-entry`: the database was put back to an earlier time, or a copy has taken over. */
  readRevocations(last?: FeedEntry): Promise<readonly FeedEntry[] | 'unknown-entry'>;
}

/** The feed, and who is told what it says. */
export interface FeedReaderDeps {
  readonly feed: RevocationFeed;
  /** Is given every entry, some of them twice. */
  readonly learn: (page: readonly FeedEntry[]) => void;
  /** The feed does not go on from what was read: all of it is about to be read anew. */
  readonly onReplaced: () => void;
}

/**
 * Reads to the end of the feed.
 *
 * @returns the newest entry that was read, in this call or before
 * @throws what the feed throws; the next call goes on from there
 */
export type FeedReader = () => Promise<FeedEntry | undefined>;

/** Builds a reader that has read nothing. */
export function createFeedReader({ feed, learn, onReplaced }: FeedReaderDeps): FeedReader {
  /** The newest entry that was read: the feed goes on from it, or is another one. */
  let last: FeedEntry | undefined;

  /**
   * Page by page, until one has nothing new: a day's entries at once would hold up everything
   * else in the process.
   *
   * @returns false when the feed does not hold what was read last
   */
  async function readOn(): Promise<boolean> {
    for (;;) {
      const page = await feed.readRevocations(last);
      if (page === 'unknown-entry') {
        last = undefined;
        onReplaced();
        return false;
      }
      if (page.length === 0) return true;
      learn(page);
      last = page.at(-1);
    }
  }

  return async () => {
    // Twice: two servers behind one address that answer in turn would never come to an end.
    if ((await readOn()) || (await readOn())) return last;
    throw new Error('the revocation feed was replaced while it was read');
  };
}
