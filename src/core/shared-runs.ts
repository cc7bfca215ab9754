/** Work of which one run is enough for everybody who asks for it meanwhile. @module */

/** Runs that are shared; no two of them overlap. */
export interface SharedRuns<T> {
  /** Begins a run, or joins the one that is under way; rejects as the work does. */
  run(): Promise<T>;
  /** The one that is under way; undefined between two. */
  readonly running: Promise<T> | undefined;
}

/** Builds it; nothing runs before the first call. */
export function shareRuns<T>(work: () => Promise<T>): SharedRuns<T> {
  let running: Promise<T> | undefined;
  return {
    run() {
      running ??= work().finally(() => {
        running = undefined;
      });
      return running;
    },
    get running() {
      return running;
    },
  };
}
