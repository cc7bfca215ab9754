/** The revocation feed: which sessions have ended (ADR 7, 26). @module */

/** One entry of the feed that every process polls; ids only grow, in one history of the database. */
export interface Revocation {
  readonly id: number;
  readonly sid: string;
  /** Where a database can be put back: tells apart what two histories wrote under one id (ADR 26). */
  readonly nonce: string;
  /** After this the seal is dead by itself, and the entry may be forgotten. */
  readonly expiresAtMs: number;
}

/** An end, without the place on the feed that one history of the database has given it. */
export type KnownEnd = Pick<Revocation, 'sid' | 'expiresAtMs'>;

/** The feed, as every process reads it. */
export interface RevocationFeed {
  /**
   * What was written after `last`, or all there is, oldest first, as many entries as one answer
   * holds: whoever wants all of them asks until there are none. Never waits for a writer.
   *
   * @param last  the newest entry that the caller has been given
   * @returns `unknown-entry` when the feed does not hold `last`: it may have another history
   *   now, and whatever the caller has not read in it may have any id
   */
  readRevocations(last?: Revocation): Promise<readonly Revocation[] | 'unknown-entry'>;
  /**
   * Writes down ends that the database has known and lost (ADR 27): each is appended once,
   * however many processes say it, and a session or bearer that has come back goes.
   *
   * @param ends  a few hundred at most, since all other writes wait; none of them is on the feed
   *   up to `last`, where the caller has looked
   * @param last  the newest entry that the caller has been given
   * @returns how many the feed lacked; `unknown-entry`, and nothing was written, when it does
   *   not hold `last`
   */
  endAgain(ends: readonly KnownEnd[], last?: Revocation): Promise<number | 'unknown-entry'>;
}
