/**
 * Counts proofs of services. A machine asks many times at once, so a right proof takes
 * nothing, not for a moment either: the proof is looked at first, and one transaction then
 * counts it and decides whether anybody learns the answer.
 *
 * @module
 */
import type { ThrottleConfig } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Clock } from '../core/ports.ts';
import type { ThrottleRows, ThrottleState, ThrottleUpdate } from '../store/contract.ts';
import { createKeyer, shareOut } from './budgets.ts';
import type { ServiceAttempt, ServiceName } from './services-contract.ts';
import { sourceNetwork } from './source-network.ts';
import { type Budget, takeAttempt } from './throttle.ts';

/** Whether a proof counts; `wrong` has been charged. */
export type Weighed =
  | { readonly kind: 'right' | 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterSec: number };

/** Charges a proof that has been looked at, and says whether its outcome may be told. */
export type WeighProof = (
  subject: ServiceName,
  attempt: ServiceAttempt,
  isRight: boolean,
) => Promise<Weighed>;

interface Concerned {
  /** Exists once the service has proved itself from this place. */
  readonly home: Budget;
  readonly homeTotal: Budget;
  readonly strangers: readonly Budget[];
}

/** A home is remembered again after this, long before the store forgets it. */
const HOME_REFRESH_MS = 3_600_000;

/** Budgets of services, in the store like those of people, under the same limits. */
export function createProofScale(deps: {
  readonly store: ThrottleRows;
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly throttle: ThrottleConfig;
}): WeighProof {
  const limits = shareOut(deps.throttle);
  const toKey = createKeyer(deps.storeKeys);
  const concern = (subject: ServiceName, { source, voucher }: ServiceAttempt): Concerned => {
    const who = [subject.realm.slice(0, 256), subject.name.slice(0, 256)] as const;
    const network = sourceNetwork(source);
    const place = voucher === undefined ? `at ${network}` : `by ${voucher.id}`;
    const placeKey =
      voucher === undefined ? toKey('source', network) : toKey('voucher', voucher.id);
    return {
      home: budget(toKey('home', ...who, place), limits.device),
      homeTotal: { ...budget(toKey('homes', ...who), limits.known), isForgiving: false },
      strangers: [
        budget(toKey('service', ...who), limits.account),
        { ...budget(placeKey, limits.source), isForgiving: false },
      ],
    };
  };
  return (subject, attempt, isRight) => {
    const concerned = concern(subject, attempt);
    const { home, homeTotal, strangers } = concerned;
    const keys = [home, homeTotal, ...strangers].map(({ key }) => key);
    return deps.store.updateThrottle(keys, (states) =>
      weigh(concerned, states, { isRight, nowMs: deps.clock.nowMs() }),
    );
  };
}

const budget = (key: string, limits: Budget['limits']): Budget => ({
  key,
  limits,
  isForgiving: true,
});

/**
 * Where a service is at home, strangers' guesses elsewhere cannot shut it out. A right proof
 * during a wait stays untold: else guesses sent at once would all be answered.
 */
function weigh(
  { home, homeTotal, strangers }: Concerned,
  states: ReadonlyMap<string, ThrottleState>,
  { isRight, nowMs }: { readonly isRight: boolean; readonly nowMs: number },
): ThrottleUpdate<Weighed> {
  const budgets = states.has(home.key) ? [home, homeTotal] : strangers;
  const { next, verdict } = takeAttempt(budgets, states, nowMs);
  if (!verdict.ok)
    return { next, verdict: { kind: 'throttled', retryAfterSec: verdict.retryAfterSec } };
  if (!isRight) return { next, verdict: { kind: 'wrong' } };
  return { next: afterSuccess({ home, budgets }, states, nowMs), verdict: { kind: 'right' } };
}

/** Mostly nothing: a proof that changes nothing costs no write to the disk. */
function afterSuccess(
  { home, budgets }: { readonly home: Budget; readonly budgets: readonly Budget[] },
  states: ReadonlyMap<string, ThrottleState>,
  nowMs: number,
): ReadonlyMap<string, ThrottleState> {
  const next = new Map<string, ThrottleState>();
  for (const { key, isForgiving } of budgets) {
    const state = states.get(key);
    if (isForgiving && state !== undefined && state.failures > 0)
      next.set(key, { ...state, failures: 0 });
  }
  const known = next.get(home.key) ?? states.get(home.key);
  const fresh = { failures: 0, lastFailureMs: nowMs, dayStartMs: nowMs, dayAttempts: 0 };
  if (known === undefined) next.set(home.key, fresh);
  else if (Math.abs(nowMs - known.lastFailureMs) > HOME_REFRESH_MS)
    next.set(home.key, { ...known, failures: 0, lastFailureMs: nowMs });
  return next;
}
