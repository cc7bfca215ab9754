/** Tells a clock that is wrong from a code that is. @module */
import { matchCode, stepAt, type TotpKey } from './totp.ts';

/** Clocks that are off by more than this many steps are not told apart from guesses. */
const CLOCK_SEARCH_STEPS = 40;

/**
 * The operator's question after every refusal: is it the clock? Never part of an answer.
 *
 * @returns how far off, in words; undefined where the clock is not the reason
 */
export function clockFault(
  key: TotpKey,
  code: string,
  { nowMs, window }: { readonly nowMs: number; readonly window: number },
): string | undefined {
  const step = matchCode(key, code, { nowMs, window: CLOCK_SEARCH_STEPS });
  if (step === undefined) return undefined;
  const steps = step - stepAt(nowMs, key.periodSec);
  // Within the window the clock is good: the code had been used before.
  if (Math.abs(steps) <= window) return undefined;
  return `valid at ${steps < 0 ? '−' : '+'}${Math.abs(steps)} steps`;
}
