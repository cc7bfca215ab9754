/** Which budgets an attempt is counted in, and their life in the store. @module */
import { createHmac, createSecretKey } from 'node:crypto';
import type { BudgetConfig, ThrottleConfig } from '../config/config.ts';
import { type KeySet, makeNameKey } from '../core/key-set.ts';
import type { Clock } from '../core/ports.ts';
import type { ThrottleRows } from '../store/contract.ts';
import { budgetName } from './canonical-name.ts';
import { sourceNetwork } from './source-network.ts';
import { type Budget, returnAttempt, type Taken, type Ticket, takeAttempt } from './throttle.ts';

/** Six digits and three accepted steps are 3 in a million per try. */
const MAX_CHECKS_PER_ACCOUNT_DAY = 100;

/** Finds the budgets of an attempt, takes it from them, gives it back. */
export interface Budgets {
  /** A stranger tries a name: counted for the name, known or not, and for the network. */
  forStranger(typedName: string, source: string): readonly Budget[];
  /**
   * Somebody who has shown more than a name: a browser that signed in before, a
   * session, an enrolment link. Strangers cannot use this budget up.
   *
   * @param voucher  what has been shown, e.g. a browser's id; unique per principal
   */
  forKnown(principalId: string, voucher: string): readonly Budget[];
  forSource(source: string): readonly Budget[];
  /**
   * A program passes on what somebody typed: counted for the name and for the program,
   * whose one address stands for many people.
   *
   * @param voucherId  of the bearer that the program shows
   */
  forVoucher(typedName: string, voucherId: string): readonly Budget[];
  take(budgets: readonly Budget[]): Promise<Taken>;
  giveBack(ticket: Ticket, outcome: 'success' | 'unchecked'): Promise<void>;
  /** Gives one attempt back that was taken for an earlier page, whose ticket is gone. */
  giveBackEarlier(budgets: readonly Budget[]): Promise<void>;
}

/** Budgets whose states live in the store, so that every process counts together. */
export function createBudgets(deps: {
  readonly store: ThrottleRows;
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly throttle: ThrottleConfig;
}): Budgets {
  const { store, clock } = deps;
  const limits = shareOut(deps.throttle);
  const toKey = createKeyer(deps.storeKeys);
  const forSource = (source: string): readonly Budget[] => [
    { key: toKey('source', sourceNetwork(source)), limits: limits.source, isForgiving: false },
  ];
  const giveBack: Budgets['giveBack'] = (ticket, outcome) =>
    store.updateThrottle(keysOf(ticket.budgets), (states) =>
      returnAttempt(ticket, states, outcome),
    );
  return {
    forSource,
    forStranger: (typedName, source) => [
      { key: toKey('account', budgetName(typedName)), limits: limits.account, isForgiving: true },
      ...forSource(source),
    ],
    forVoucher: (typedName, voucherId) => [
      { key: toKey('account', budgetName(typedName)), limits: limits.account, isForgiving: true },
      { key: toKey('voucher', voucherId), limits: limits.source, isForgiving: false },
    ],
    forKnown: (principalId, voucher) => [
      { key: toKey('device', principalId, voucher), limits: limits.device, isForgiving: true },
      { key: toKey('known', principalId), limits: limits.known, isForgiving: false },
    ],
    take: (budgets) =>
      store.updateThrottle(keysOf(budgets), (states) =>
        takeAttempt(budgets, states, clock.nowMs()),
      ),
    giveBackEarlier: (budgets) => giveBack({ budgets, takenAtMs: 0, failures: [] }, 'unchecked'),
    giveBack,
  };
}

const keysOf = (budgets: readonly Budget[]) => budgets.map((budget) => budget.key);

/**
 * Splits the day of one account between strangers and known browsers, so that the
 * sum keeps the bound whatever the configuration says, and neither side can use up
 * the other's share.
 */
export function shareOut(
  throttle: ThrottleConfig,
): ThrottleConfig & { readonly known: BudgetConfig } {
  const half = MAX_CHECKS_PER_ACCOUNT_DAY / 2;
  const device = { ...throttle.device, perDay: Math.min(throttle.device.perDay, half) };
  const account = {
    ...throttle.account,
    perDay: Math.min(throttle.account.perDay, MAX_CHECKS_PER_ACCOUNT_DAY - device.perDay),
  };
  const known = {
    free: Number.POSITIVE_INFINITY,
    baseWaitMs: 0,
    maxWaitMs: 0,
    perDay: MAX_CHECKS_PER_ACCOUNT_DAY - account.perDay,
  };
  return { source: throttle.source, account, device, known };
}

/**
 * Keys are keyed hashes: people type passwords into the name field, and the store
 * should not keep what they typed.
 */
export function createKeyer(keys: KeySet): (...parts: readonly [string, ...string[]]) => string {
  // Not the current key: each rotation would hand every attacker fresh budgets.
  const bytes = keys.nameKey ?? makeNameKey(keys);
  // A key object once: making one from bytes costs several times the hash.
  const key = createSecretKey(bytes);
  return (...parts) => {
    const mac = createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
    return `${parts[0]}:${mac}`;
  };
}
