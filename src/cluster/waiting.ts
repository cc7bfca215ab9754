/** How long a place stays empty after its worker has died. @module */

/** What is known of the workers that held a place before. */
export interface Waiting {
  /** Deaths in a row that came soon. */
  readonly failures: number;
}

/** The same with the next death in it, and how long its place stays empty. */
export interface Wait extends Waiting {
  readonly waitMs: number;
}

/** Whoever has served this long did not die of its start. */
const SOON_MS = 1_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/**
 * At once after a worker that has served a while; with growing waits where workers die of
 * their start, so that a fault which does not pass fills neither the log nor the processor.
 *
 * @param livedMs  since it began to serve; undefined when it never did
 */
export function nextWait({ failures }: Waiting, livedMs: number | undefined): Wait {
  if (livedMs !== undefined && livedMs >= SOON_MS) return { failures: 0, waitMs: 0 };
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  return { failures: failures + 1, waitMs };
}
