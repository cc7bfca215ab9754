/**
 * The rule that bounds guessing, on plain values. An attempt is taken out of every
 * budget it concerns *before* its proof is looked at, so that guesses in parallel
 * are counted; when the proof was right it is given back.
 *
 * @module
 */
import type { BudgetConfig } from '../config/config.ts';
import type { ThrottleState, ThrottleUpdate } from '../store/contract.ts';

/** One row of the store that an attempt is counted in. */
export interface Budget {
  readonly key: string;
  readonly limits: BudgetConfig;
  /** A success forgets all failures here; elsewhere it only gives its own attempt back. */
  readonly isForgiving: boolean;
}

/** A taken attempt, to be given back or forgotten. */
export interface Ticket {
  readonly budgets: readonly Budget[];
  readonly takenAtMs: number;
  /** Failures in each budget right after taking, in the order of `budgets`. */
  readonly failures: readonly number[];
}

/** A ticket, or how long to wait. */
export type Taken =
  | { readonly ok: true; readonly ticket: Ticket }
  | { readonly ok: false; readonly retryAfterSec: number };

type States = ReadonlyMap<string, ThrottleState>;

const DAY_MS = 86_400_000;

/**
 * Takes one attempt from all budgets, or from none. A refused attempt costs nothing:
 * whoever hammers the door while a wait runs does not lengthen it for the owner.
 */
export function takeAttempt(
  budgets: readonly Budget[],
  states: States,
  nowMs: number,
): ThrottleUpdate<Taken> {
  const settled = budgets.map((b) => ({ ...b, state: settle(b.limits, states.get(b.key), nowMs) }));
  const readyAtMs = Math.max(nowMs, ...settled.map((b) => readyAt(b.limits, b.state)));
  if (readyAtMs > nowMs) {
    // Else a clock that ran ahead for a moment would hold the door shut for years.
    const corrected = settled.filter((b) => isAhead(states.get(b.key), nowMs));
    const next = new Map(corrected.map((b) => [b.key, b.state]));
    const retryAfterSec = Math.ceil((readyAtMs - nowMs) / 1000);
    return { next, verdict: { ok: false, retryAfterSec } };
  }
  const taken = settled.map((b) => ({ ...b, state: countFailure(b.limits, b.state, nowMs) }));
  const failures = taken.map((b) => b.state.failures);
  return {
    next: new Map(taken.map((b) => [b.key, b.state])),
    verdict: { ok: true, ticket: { budgets, takenAtMs: nowMs, failures } },
  };
}

/**
 * Gives an attempt back: `success` when its proofs were right, `unchecked` when
 * nobody looked at them. What others did in the same budgets stays counted.
 */
export function returnAttempt(
  ticket: Ticket,
  states: States,
  outcome: 'success' | 'unchecked',
): ThrottleUpdate<void> {
  const next = new Map<string, ThrottleState>();
  for (const [index, { key, limits, isForgiving }] of ticket.budgets.entries()) {
    const state = states.get(key);
    if (state === undefined) continue;
    const isForgiven = isForgiving && outcome === 'success';
    const failures = isForgiven ? 0 : Math.max(0, state.failures - 1);
    const isAlone =
      state.lastFailureMs === ticket.takenAtMs && state.failures === ticket.failures[index];
    next.set(key, {
      failures,
      // No wait ran when the attempt was taken, so none runs now that it is undone.
      lastFailureMs: isAlone ? ticket.takenAtMs - waitMs(limits, failures) : state.lastFailureMs,
      dayStartMs: state.dayStartMs,
      dayAttempts: Math.max(0, state.dayAttempts - 1),
    });
  }
  return { next, verdict: undefined };
}

/** Nothing after the free failures, base after the next, doubling up to the longest wait. */
function waitMs(limits: BudgetConfig, failures: number): number {
  if (failures <= limits.free) return 0;
  return Math.min(limits.baseWaitMs * 2 ** (failures - limits.free - 1), limits.maxWaitMs);
}

function readyAt(limits: BudgetConfig, state: ThrottleState): number {
  const day = dayBucket(limits);
  const isDayFull = state.dayAttempts >= day.capacity;
  return Math.max(
    state.lastFailureMs + waitMs(limits, state.failures),
    isDayFull ? state.dayStartMs + day.leakMs : 0,
  );
}

/**
 * A leaking bucket of half a day's attempts that loses the other half over 24 hours:
 * no stretch of 24 hours, wherever it begins, sees more than `perDay`. A plain daily
 * counter would let twice as many through around its midnight.
 */
function dayBucket(limits: BudgetConfig): { readonly capacity: number; readonly leakMs: number } {
  const capacity = Math.max(1, Math.floor(limits.perDay / 2));
  return { capacity, leakMs: Math.ceil(DAY_MS / Math.max(1, limits.perDay - capacity)) };
}

const isAhead = (state: ThrottleState | undefined, nowMs: number) =>
  state !== undefined && (state.lastFailureMs > nowMs || state.dayStartMs > nowMs);

/** The state as of now: clocks that ran ahead are pulled back, the bucket has leaked. */
function settle(
  limits: BudgetConfig,
  state: ThrottleState | undefined,
  nowMs: number,
): ThrottleState {
  if (state === undefined) {
    return { failures: 0, lastFailureMs: nowMs, dayStartMs: nowMs, dayAttempts: 0 };
  }
  const dayStartMs = Math.min(state.dayStartMs, nowMs);
  const { leakMs } = dayBucket(limits);
  const leaked = Math.floor((nowMs - dayStartMs) / leakMs);
  const dayAttempts = Math.max(0, state.dayAttempts - leaked);
  return {
    failures: state.failures,
    lastFailureMs: Math.min(state.lastFailureMs, nowMs),
    dayStartMs: dayAttempts === 0 ? nowMs : dayStartMs + leaked * leakMs,
    dayAttempts,
  };
}

/**
 * Adds a failure, after forgetting one for each longest wait that has passed in
 * quiet: an office behind one address must not pay for last month's typing errors.
 */
function countFailure(limits: BudgetConfig, state: ThrottleState, nowMs: number): ThrottleState {
  const quietMs = nowMs - state.lastFailureMs;
  const forgotten = limits.maxWaitMs > 0 ? Math.floor(quietMs / limits.maxWaitMs) : 0;
  return {
    failures: Math.max(0, state.failures - forgotten) + 1,
    lastFailureMs: nowMs,
    dayStartMs: state.dayStartMs,
    dayAttempts: state.dayAttempts + 1,
  };
}
