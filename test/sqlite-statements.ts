/** Counts what `node:sqlite` runs in this process, whoever asks. @module */
import { StatementSync } from 'node:sqlite';

/** Statements since the counter was made. */
export interface StatementCounter {
  readonly count: number;
  /** Leaves `node:sqlite` as it was. */
  stop(): void;
}

/** Every way to run a statement that has been prepared. */
const WAYS = ['all', 'get', 'run', 'iterate'] as const;

/** Begins to count; statements that were prepared before count too. */
export function countStatements(): StatementCounter {
  let count = 0;
  const prototype = StatementSync.prototype as unknown as Record<
    (typeof WAYS)[number],
    (...parameters: unknown[]) => unknown
  >;
  const originals = WAYS.map((way) => [way, prototype[way]] as const);
  for (const [way, original] of originals) {
    prototype[way] = function counted(this: unknown, ...parameters) {
      count += 1;
      return original.apply(this, parameters);
    };
  }
  return {
    get count() {
      return count;
    },
    stop() {
      for (const [way, original] of originals) prototype[way] = original;
    },
  };
}
