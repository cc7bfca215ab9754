import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Budget,
  returnAttempt,
  type Taken,
  takeAttempt,
} from '../../src/accounts/throttle.ts';
import type { BudgetConfig } from '../../src/config/config.ts';
import type { ThrottleState } from '../../src/store/contract.ts';

const SEC = 1000;
const HOUR = 3_600 * SEC;
const DAY = 24 * HOUR;
const T0 = 1_800_000_000_000;

const limits = (over: Partial<BudgetConfig> = {}): BudgetConfig => ({
  free: 3,
  baseWaitMs: SEC,
  maxWaitMs: 60 * SEC,
  perDay: 1_000,
  ...over,
});

const budget = (over: Partial<Budget> = {}): Budget => ({
  key: 'account:ada',
  limits: limits(),
  isForgiving: true,
  ...over,
});

/** The store's part: rows by key. */
function door(budgets: readonly Budget[]) {
  const rows = new Map<string, ThrottleState>();
  const write = (next: ReadonlyMap<string, ThrottleState | null>) => {
    for (const [key, state] of next) {
      if (state === null) rows.delete(key);
      else rows.set(key, state);
    }
  };
  return {
    rows,
    take(nowMs: number, from: readonly Budget[] = budgets): Taken {
      const { next, verdict } = takeAttempt(from, rows, nowMs);
      write(next);
      return verdict;
    },
    giveBack(taken: Taken, outcome: 'success' | 'unchecked' = 'success') {
      if (!taken.ok) throw new Error('nothing was taken');
      write(returnAttempt(taken.ticket, rows, outcome).next);
    },
  };
}

describe('growing waits', () => {
  it('cost nothing after the free failures, then double up to the longest', () => {
    const { take } = door([budget()]);
    for (let n = 0; n < 4; n += 1) expect(take(T0).ok).toBe(true);
    let nowMs = T0;
    const waits = Array.from({ length: 9 }, () => {
      const early = take(nowMs);
      const waitSec = early.ok ? 0 : early.retryAfterSec;
      nowMs += waitSec * SEC;
      expect(take(nowMs - 1).ok).toBe(false);
      expect(take(nowMs).ok).toBe(true);
      return waitSec;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it.each([
    [0, false],
    [1, true],
    [3, true],
  ])('with %i free failures, the second attempt at once is %s', (free, isOk) => {
    const { take } = door([budget({ limits: limits({ free }) })]);
    expect(take(T0).ok).toBe(true);
    expect(take(T0).ok).toBe(isOk);
  });

  it('are not lengthened by attempts that come too early', () => {
    const { take } = door([budget({ limits: limits({ free: 0, baseWaitMs: 10 * SEC }) })]);
    take(T0);
    for (let ms = 0; ms < 10 * SEC; ms += 100) {
      expect(take(T0 + ms)).toEqual({ ok: false, retryAfterSec: Math.ceil((10 * SEC - ms) / SEC) });
    }
    expect(take(T0 + 10 * SEC).ok).toBe(true);
  });

  it('count guesses that are checked in parallel', () => {
    const { take } = door([budget()]);
    const taken = Array.from({ length: 100 }, () => take(T0));
    expect(taken.filter(({ ok }) => ok)).toHaveLength(4);
  });

  it('forget one failure for each longest wait that passes in quiet', () => {
    const { take, rows } = door([budget()]);
    for (const sec of [0, 0, 0, 0, 1, 3, 7]) expect(take(T0 + sec * SEC).ok).toBe(true);
    expect(rows.get('account:ada')?.failures).toBe(7);
    take(T0 + 7 * SEC + 5 * 60 * SEC);
    expect(rows.get('account:ada')?.failures).toBe(3);
  });
});

describe('several budgets', () => {
  const account = budget({ limits: limits({ free: 0 }) });
  const source = budget({ key: 'source:a', isForgiving: false });

  it('are taken together or not at all', () => {
    const { take, rows } = door([account, source]);
    take(T0);
    expect(take(T0).ok).toBe(false);
    expect(rows.get('source:a')?.failures).toBe(1);
    expect(take(T0, [source]).ok).toBe(true);
  });

  it('answer with the longest of their waits', () => {
    const slow = budget({ key: 'b', limits: limits({ free: 0, baseWaitMs: 30 * SEC }) });
    const { take } = door([account, slow]);
    take(T0);
    expect(take(T0)).toEqual({ ok: false, retryAfterSec: 30 });
  });
});

describe('a right proof', () => {
  const account = budget();
  const source = budget({ key: 'source:a', isForgiving: false });

  it('forgets the account’s failures, and of the network’s only its own', () => {
    const { take, giveBack, rows } = door([account, source]);
    take(T0);
    take(T0);
    giveBack(take(T0 + SEC));
    expect(rows.get('account:ada')?.failures).toBe(0);
    expect(rows.get('source:a')?.failures).toBe(2);
  });

  it('leaves the day’s wrong attempts counted', () => {
    const { take, giveBack, rows } = door([account, source]);
    take(T0);
    take(T0);
    giveBack(take(T0));
    expect(rows.get('account:ada')?.dayAttempts).toBe(2);
    expect(rows.get('source:a')?.dayAttempts).toBe(2);
  });

  it('of one colleague does not make the office wait for another’s mistakes', () => {
    const { take, giveBack } = door([source]);
    for (const sec of [0, 0, 0, 0, 1, 3, 7, 15]) expect(take(T0 + sec * SEC).ok).toBe(true);
    for (let n = 0; n < 50; n += 1) giveBack(take(T0 + 60 * SEC));
    expect(take(T0 + 60 * SEC).ok).toBe(true);
  });

  it('does not wipe out a wait that somebody else earned meanwhile', () => {
    const { take, giveBack } = door([{ ...source, limits: limits({ free: 0 }) }]);
    const mine = take(T0);
    expect(take(T0 + SEC).ok).toBe(true);
    giveBack(mine);
    expect(take(T0 + SEC + 1).ok).toBe(false);
    expect(take(T0 + 2 * SEC).ok).toBe(true);
  });

  it('costs nothing, however often it comes', () => {
    const { take, giveBack } = door([budget({ limits: limits({ free: 0, perDay: 2 }) })]);
    for (let n = 0; n < 1_000; n += 1) giveBack(take(T0 + n));
  });

  it('is not what an attempt was that nobody looked at: failures stay', () => {
    const { take, giveBack, rows } = door([account]);
    take(T0);
    giveBack(take(T0), 'unchecked');
    expect(rows.get('account:ada')).toMatchObject({ failures: 1, dayAttempts: 1 });
  });
});

describe('the bound on a day', () => {
  it('holds in every 24 hours, whatever an attacker tries', () => {
    const schedule = fc.array(
      fc.record({
        gapMs: fc.oneof(
          fc.constant(0),
          fc.integer({ min: 1, max: SEC }),
          fc.integer({ min: 1, max: HOUR }),
          fc.integer({ min: DAY - 10, max: DAY + 10 }),
        ),
        tries: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 60 },
    );
    const settings = fc.record({
      free: fc.integer({ min: 0, max: 100 }),
      baseWaitMs: fc.integer({ min: 0, max: 10 * SEC }),
      maxWaitMs: fc.integer({ min: 0, max: HOUR }),
      perDay: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(settings, schedule, (chosen, bursts) => {
        const { take } = door([budget({ limits: chosen })]);
        const checkedAt: number[] = [];
        let nowMs = T0;
        for (const { gapMs, tries } of bursts) {
          nowMs += gapMs;
          for (let n = 0; n < tries; n += 1) if (take(nowMs).ok) checkedAt.push(nowMs);
        }
        for (const start of checkedAt) {
          const inADay = checkedAt.filter((ms) => ms >= start && ms < start + DAY);
          expect(inADay.length).toBeLessThanOrEqual(chosen.perDay);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([1, 2, 3, 10, 59, 60, 100])(
    'holds for somebody who tries at every moment that is allowed: %i',
    (perDay) => {
      const { take } = door([budget({ limits: limits({ free: 10_000, perDay }) })]);
      const checkedAt: number[] = [];
      for (let nowMs = T0; nowMs < T0 + 3 * DAY; ) {
        const taken = take(nowMs);
        if (taken.ok) checkedAt.push(nowMs);
        else nowMs += taken.retryAfterSec * SEC;
      }
      const inADay = checkedAt.map(
        (start) => checkedAt.filter((ms) => ms >= start && ms < start + DAY).length,
      );
      expect(Math.max(...inADay)).toBeLessThanOrEqual(perDay);
      expect(checkedAt.length).toBeGreaterThan(perDay);
    },
  );

  it('is no lock-out for good: there is always another attempt', () => {
    const { take } = door([budget({ limits: limits({ perDay: 10 }) })]);
    let nowMs = T0;
    for (let n = 0; n < 1_000; n += 1) {
      const taken = take(nowMs);
      if (taken.ok) continue;
      expect(taken.retryAfterSec).toBeLessThanOrEqual(DAY / SEC / 5);
      nowMs += taken.retryAfterSec * SEC;
      expect(take(nowMs).ok).toBe(true);
    }
  });
});

describe('a clock that ran ahead and was set back', () => {
  it('does not hold the door shut', () => {
    const { take } = door([budget({ limits: limits({ free: 0, perDay: 4 }) })]);
    const ahead = T0 + 365 * DAY;
    take(ahead);
    take(ahead + DAY);
    const first = take(T0);
    const waitSec = first.ok ? 0 : first.retryAfterSec;
    expect(waitSec).toBeLessThanOrEqual(60);
    expect(take(T0 + waitSec * SEC).ok).toBe(true);
  });
});
