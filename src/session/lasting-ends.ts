/** Ends of sessions that reach the store, if need be later than they were asked for. @module */
import { shareRuns } from '../core/shared-runs.ts';

/** The store, as far as sessions that end need it. */
export interface EndedRows {
  endSession(sid: string): Promise<void>;
}

/** Writes ends down, and remembers those that the store could not be told. */
export interface LastingEnds {
  /** @throws what the store throws; it is told again with the next `retry` */
  write(sid: string): Promise<void>;
  /** One round; never throws. */
  retry(): Promise<void>;
}

/**
 * This process forgets a session whatever the store says. Whoever tries again would hear that
 * they are signed out, while a copy of the cookie still opens every other instance, and this
 * one after a restart: so the store is told as soon as it listens.
 */
export function createLastingEnds(rows: EndedRows): LastingEnds {
  const unwritten = new Set<string>();

  async function write(sid: string): Promise<void> {
    unwritten.add(sid);
    await rows.endSession(sid);
    unwritten.delete(sid);
  }

  async function round(): Promise<void> {
    try {
      for (const sid of unwritten) await write(sid);
    } catch {
      // One failure says it of all; the next round begins anew.
    }
  }

  return { write, retry: shareRuns(round).run };
}
