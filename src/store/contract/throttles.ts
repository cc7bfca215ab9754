/** Budgets of attempts. @module */

/** What one budget of attempts remembers; the rule is `accounts/throttle.ts`'s. */
export interface ThrottleState {
  readonly failures: number;
  readonly lastFailureMs: number;
  /** Start of the running 24 hours and the attempts in it. */
  readonly dayStartMs: number;
  readonly dayAttempts: number;
}

/** What a throttle rule answers: the new states by key, and its verdict. */
export interface ThrottleUpdate<T> {
  readonly next: ReadonlyMap<string, ThrottleState>;
  readonly verdict: T;
}

/** Budgets, in which all processes count together. */
export interface ThrottleRows {
  /**
   * Reads the states of `keys`, applies `rule` and writes its result as one
   * atomic step: two attempts at once are counted as two. `rule` is pure: a busy
   * database may ask it again.
   */
  updateThrottle<T>(
    keys: readonly string[],
    rule: (states: ReadonlyMap<string, ThrottleState>) => ThrottleUpdate<T>,
  ): Promise<T>;
}
