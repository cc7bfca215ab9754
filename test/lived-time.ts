/** A stopwatch for promises in seconds, on a machine that keeps everybody waiting. @module */

const EVERY_MS = 5;
/** Whoever comes later than this was kept waiting by the machine, of which no promise speaks. */
const LONGEST_STEP_MS = 25;

/**
 * Milliseconds since the call, as far as this process was given its turns: where our timers come
 * late, those of the door do, too. On a machine that is not busy it is the time of the clock.
 */
export function startLivedTime(): () => number {
  let lived = 0;
  let last = performance.now();
  const step = () => {
    const now = performance.now();
    lived += Math.min(now - last, LONGEST_STEP_MS);
    last = now;
    return lived;
  };
  // Ends with the test file: nobody has to stop it.
  setInterval(step, EVERY_MS).unref();
  return step;
}
