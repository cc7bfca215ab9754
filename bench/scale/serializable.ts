/** What ADR 20 has decided against: an engine whose writes overlap and are made again. @module */
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { type Engine, lookFrom } from '../../src/store/engine.ts';
import { PostgresFault } from '../../src/store/postgres-faults.ts';
import { openPool } from '../../src/store/postgres-pool.ts';
import type { Tables } from '../../src/store/schema.ts';

/** Two of these together have eighteen. */
const CONNECTIONS = 9;
const LONGEST_WAIT_MS = 50;

/** The engine, and how many transactions the server has undone. */
export interface Serializable {
  readonly engine: Engine;
  readonly undone: number;
}

/** Serializable isolation; whatever the server undoes is done again until it stays. */
export function openSerializable(address: PostgresAddress): Serializable {
  const line = { losses: 0, sockets: new Set<never>() };
  const pool = openPool(address, line, CONNECTIONS);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let undone = 0;
  const write: Engine['write'] = async (work) => {
    for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return await db.transaction().setIsolationLevel('serializable').execute(work);
      } catch (error) {
        if (!(error instanceof PostgresFault) || error.kind !== 'conflict') throw error;
        undone += 1;
      }
      await wait(waitMs * (0.5 + Math.random()));
    }
  };
  return {
    engine: {
      dialect: 'postgres',
      read: (query) => query(db),
      readOnTime: (query) => query(db),
      snapshot: (work) => lookFrom(db, 'begin', work),
      write,
      close: () => db.destroy(),
    },
    get undone() {
      return undone;
    },
  };
}
