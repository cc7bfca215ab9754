/** A bound on how much expensive work runs and waits. @module */
import { DoorError } from '../core/errors.ts';

/** A queue in front of expensive work. */
export interface WorkLimit {
  /** Runs `work` now or in its turn; throws DoorError E_BUSY when the queue is full. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * First come, first served. Without it a flood of sign-ins would take all memory
 * (19 MiB each) and every thread that files and name look-ups need.
 */
export function createWorkLimit(bounds: {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}): WorkLimit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(work) {
      if (running >= bounds.maxRunning) {
        if (waiting.length >= bounds.maxWaiting) {
          throw new DoorError('E_BUSY', 'too many password checks are waiting');
        }
        // Whoever finishes hands its place over, so `running` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
