/** A store whose calls are timed. @module */

/** Hears of every call, once it has settled. */
export interface CallMeter {
  /**
   * @param seconds  from the call to the answer
   * @param error  of a call that failed
   */
  observe(
    operation: string,
    seconds: number,
    outcome: 'answered' | 'failed',
    error?: unknown,
  ): void;
}

/**
 * Wraps any object of asynchronous methods. A method's name is the operation's: the
 * contract closes the list.
 *
 * @param stopwatch  milliseconds, with fractions, from any origin
 */
export function measuredStore<S extends object>(
  store: S,
  meter: CallMeter,
  stopwatch: () => number,
): S {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      if (!wrapped.has(name)) wrapped.set(name, timed(member.bind(target), name));
      return wrapped.get(name);
    },
  });

  function timed(call: (...args: unknown[]) => unknown, operation: string) {
    return async (...args: unknown[]): Promise<unknown> => {
      const startedMs = stopwatch();
      const note = (outcome: 'answered' | 'failed', error?: unknown) =>
        meter.observe(operation, (stopwatch() - startedMs) / 1000, outcome, error);
      try {
        const answer = await call(...args);
        note('answered');
        return answer;
      } catch (error) {
        note('failed', error);
        throw error;
      }
    };
  }
}
