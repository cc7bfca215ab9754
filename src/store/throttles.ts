/** Throttle states: in the store, so that no restart or second instance forgets them. @module */
import type { Clock } from '../core/ports.ts';
import type { ThrottleRows, ThrottleState } from './contract/throttles.ts';
import type { Engine, Tx } from './engine.ts';

/** The throttle's part of a store. */
export function createThrottles(engine: Engine, deps: { readonly clock: Clock }): ThrottleRows {
  return {
    updateThrottle: (keys, rule) =>
      engine.write(async (tx) => {
        const { next, verdict } = rule(await readStates(tx, keys));
        await writeStates(tx, next, deps.clock.nowMs());
        return verdict;
      }),
  };
}

async function readStates(
  tx: Tx,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ThrottleState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.selectFrom('throttle').selectAll().where('key', 'in', keys).execute();
  return new Map(
    rows.map((row) => [
      row.key,
      {
        failures: row.failures,
        lastFailureMs: row.last_failure_ms,
        dayStartMs: row.day_start_ms,
        dayAttempts: row.day_attempts,
      },
    ]),
  );
}

/** Together: each statement is a round-trip, and all other writes wait for it. */
async function writeStates(
  tx: Tx,
  next: ReadonlyMap<string, ThrottleState>,
  nowMs: number,
): Promise<void> {
  if (next.size === 0) return;
  const rows = [...next].map(([key, state]) => ({
    key,
    ...toColumns(state),
    touched_at_ms: nowMs,
  }));
  await tx
    .insertInto('throttle')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(({ ref }) => ({
        failures: ref('excluded.failures'),
        last_failure_ms: ref('excluded.last_failure_ms'),
        day_start_ms: ref('excluded.day_start_ms'),
        day_attempts: ref('excluded.day_attempts'),
        touched_at_ms: ref('excluded.touched_at_ms'),
      })),
    )
    .execute();
}

const toColumns = (state: ThrottleState) => ({
  failures: state.failures,
  last_failure_ms: state.lastFailureMs,
  day_start_ms: state.dayStartMs,
  day_attempts: state.dayAttempts,
});
