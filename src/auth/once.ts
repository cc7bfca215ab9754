/** A form sent twice is answered twice and done once. @module */

/** Runs a task, or shares the answer of the same task that runs or has just ended. */
export interface Once<T> {
  run(key: string, task: () => Promise<T>): Promise<T>;
  /** The shared answer, where there is one. */
  find(key: string): Promise<T> | undefined;
}

/**
 * People click twice, and browsers show the answer to the second click. Without
 * this the second one would say that the name is taken, by the person themselves.
 *
 * @param keepMs  how long an answer is shared after its task has ended
 * @param isKept  which answers are; all others may be tried again at once
 */
export function createOnce<T>(options: {
  readonly keepMs: number;
  readonly isKept: (answer: T) => boolean;
}): Once<T> {
  const answers = new Map<string, Promise<T>>();
  async function start(key: string, task: () => Promise<T>): Promise<T> {
    let keepMs = 0;
    try {
      const answer = await task();
      if (options.isKept(answer)) keepMs = options.keepMs;
      return answer;
    } finally {
      if (keepMs === 0) answers.delete(key);
      else setTimeout(() => answers.delete(key), keepMs).unref();
    }
  }
  return {
    find: (key) => answers.get(key),
    run(key, task) {
      const running = answers.get(key) ?? start(key, task);
      answers.set(key, running);
      return running;
    },
  };
}
