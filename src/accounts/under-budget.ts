/** A check that is counted before it is made. @module */
import { DoorError } from '../core/errors.ts';
import type { Budgets } from './budgets.ts';
import type { Budget } from './throttle.ts';

/** `right` with the check's own answer; `throttled` when it was never made. */
export type CheckedUnderBudget<T> =
  | { readonly kind: 'right'; readonly value: T }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterSec: number };

/**
 * Takes an attempt, runs the check, and gives the attempt back if it was right.
 *
 * @param check  returns undefined for a wrong proof
 * @throws what `check` throws; the attempt stays counted unless it was E_BUSY, which
 *   comes before anything is looked at: an outage must not become free guesses
 */
export async function underBudget<T>(
  { budgets }: { readonly budgets: Budgets },
  concerned: readonly Budget[],
  check: () => Promise<T | undefined>,
): Promise<CheckedUnderBudget<T>> {
  const taken = await budgets.take(concerned);
  if (!taken.ok) return { kind: 'throttled', retryAfterSec: taken.retryAfterSec };
  try {
    const value = await check();
    if (value === undefined) return { kind: 'wrong' };
    await budgets.giveBack(taken.ticket, 'success');
    return { kind: 'right', value };
  } catch (error) {
    if (error instanceof DoorError && error.code === 'E_BUSY') {
      await budgets.giveBack(taken.ticket, 'unchecked');
    }
    throw error;
  }
}
