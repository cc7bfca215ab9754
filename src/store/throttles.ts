/** Throttle states: in the store, so that no restart or second instance forgets them. @module */
import type { Clock } from '../core/ports.ts';
import type { Store, ThrottleState } from './contract.ts';
import type { Engine, Tx } from './engine.ts';

/** The throttle's part of a store. */
export function createThrottles(
  engine: Engine,
  deps: { readonly clock: Clock },
): Pick<Store, 'updateThrottle'> {
  return {
    updateThrottle: (keys, rule) =>
      engine.write(async (tx) => {
        const { next, verdict } = rule(await readStates(tx, keys));
        for (const [key, state] of next) await writeState(tx, key, state, deps.clock.nowMs());
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

async function writeState(
  tx: Tx,
  key: string,
  state: ThrottleState | null,
  nowMs: number,
): Promise<void> {
  if (state === null) {
    await tx.deleteFrom('throttle').where('key', '=', key).execute();
    return;
  }
  const row = {
    failures: state.failures,
    last_failure_ms: state.lastFailureMs,
    day_start_ms: state.dayStartMs,
    day_attempts: state.dayAttempts,
    touched_at_ms: nowMs,
  };
  await tx
    .insertInto('throttle')
    .values({ key, ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
}
