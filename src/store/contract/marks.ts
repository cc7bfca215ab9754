/** What an installation notes about itself. @module */

/** Marks, and the database's clock. */
export interface Marks {
  /** What the installation has noted about itself under a name. */
  readMark(name: string): Promise<string | undefined>;
  /** True when the mark was `from`, and is `to` now; undefined is none. */
  setMark(name: string, from: string | undefined, to: string): Promise<boolean>;
  /** The database's own time, where it has a clock of its own; undefined otherwise. */
  timeMs(): Promise<number | undefined>;
}
