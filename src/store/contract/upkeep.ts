/** What keeps a store small, and shows that it works. @module */

/** Upkeep, which any process may do. */
export interface Upkeep {
  /** Throws when the store cannot be written to, which it tries by writing. */
  ping(): Promise<void>;
  /** Deletes what has expired; safe to call from every process. */
  purge(nowMs: number): Promise<void>;
}
