/** What keeps a store small and shows that it can still be written to. @module */
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Clock, stopwatch } from '../core/ports.ts';
import { shareRuns } from '../core/shared-runs.ts';
import type { Upkeep } from './contract/upkeep.ts';
import type { Engine } from './engine.ts';
import type { Tables } from './schema.ts';

/** The longest memory of a throttle rule is a day; an hour more for clocks that disagree. */
const THROTTLE_MEMORY_MS = 25 * 3_600_000;

/** Rows that one transaction deletes: sign-ins wait meanwhile. */
const BATCH = 500;

interface Perishable {
  readonly table: keyof Tables;
  readonly key: string;
  readonly column: string;
  readonly beforeMs: number;
  /** The newest row stays, whatever its age. */
  readonly keepsNewest?: boolean;
}

/** The upkeep's part of a store. */
export function createUpkeep(engine: Engine, deps: { readonly clock: Clock }): Upkeep {
  return {
    // Shared, so that a flood of health checks is not a flood of writes.
    ping: shareRuns(() => writeTime(engine, deps.clock.nowMs())).run,
    purge: async (nowMs) => {
      for (const perishable of perishables(nowMs)) await purge(engine, perishable);
    },
  };
}

/** A real write: a full disk begins transactions without complaint. */
function writeTime(engine: Engine, nowMs: number): Promise<void> {
  const value = String(nowMs);
  return engine.write(async (tx) => {
    await tx
      .insertInto('meta')
      .values({ key: 'pinged_at_ms', value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  });
}

const perishables = (nowMs: number): readonly Perishable[] => [
  { table: 'session', key: 'sid', column: 'expires_at_ms', beforeMs: nowMs },
  // Processes that have read all of the feed know it again by its newest entry (ADR 26).
  {
    table: 'revocation',
    key: 'id',
    column: 'expires_at_ms',
    beforeMs: nowMs,
    keepsNewest: true,
  },
  { table: 'invite', key: 'id', column: 'expires_at_ms', beforeMs: nowMs },
  { table: 'bearer', key: 'id', column: 'expires_at_ms', beforeMs: nowMs },
  { table: 'flow', key: 'id', column: 'expires_at_ms', beforeMs: nowMs },
  {
    table: 'throttle',
    key: 'key',
    column: 'touched_at_ms',
    beforeMs: nowMs - THROTTLE_MEMORY_MS,
  },
];

async function purge(engine: Engine, perishable: Perishable): Promise<void> {
  const { table, key, column, beforeMs, keepsNewest = false } = perishable;
  const newest = sql`(select max(${sql.ref(key)}) from ${sql.table(table)})`;
  const isSpared = keepsNewest ? sql`${sql.ref(key)} = ${newest}` : sql`false`;
  const deleteBatch = sql`
    delete from ${sql.table(table)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)}
      where ${sql.ref(column)} <= ${beforeMs} and not ${isSpared} limit ${BATCH}
    )`;
  for (;;) {
    const begunMs = stopwatch();
    const { numAffectedRows = 0n } = await engine.write((tx) => deleteBatch.execute(tx));
    if (numAffectedRows < BATCH) return;
    // As long again is everybody else's: of the one process on SQLite, of the one lock elsewhere.
    await wait(stopwatch() - begunMs);
  }
}
