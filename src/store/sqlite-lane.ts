/** One SQLite connection, used by one caller at a time. @module */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { type Random, stopwatch } from '../core/ports.ts';
import type { Db } from './engine.ts';
import type { Tables } from './schema.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import { explain, isBusy, isFromSqlite } from './sqlite-faults.ts';

const LONGEST_WAIT_MS = 50;
/** Calls one after the other hold everything else in the process up for this long at most. */
const SLICE_MS = 5;

/** A connection's queue. */
export interface SqliteLane {
  /** Runs `work` alone on the connection, again while another process is in the way. */
  hold<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** After everything that was asked for before. */
  close(): Promise<void>;
}

/** What a lane needs beside its connection. */
export interface LaneOptions {
  /** Of the database, for the operator. */
  readonly path: string;
  readonly random: Random;
  /** How long a call waits for another process's lock. */
  readonly patienceMs: number;
}

/** Makes the lane of an open connection. */
export function openLane(connection: DatabaseSync, options: LaneOptions): SqliteLane {
  const db: Db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(connection) });
  // Callers wait in order of arrival; Kysely's own mutex wakes all of them for each turn.
  let lastTurn: Promise<unknown> = Promise.resolve();
  const takeTurn = <T>(turn: () => Promise<T>): Promise<T> => {
    const mine = lastTurn.then(turn);
    lastTurn = mine.catch(() => undefined);
    return mine;
  };
  const slice = createSlice();
  return {
    hold: (work) => {
      // From the moment of asking: a queue behind a stuck lock fails together, not in turn.
      const deadlineMs = stopwatch() + options.patienceMs;
      return takeTurn(async () => {
        slice.begin();
        const answer = await retryWhileBusy(() => work(db), deadlineMs, options);
        await slice.end();
        return answer;
      });
    },
    close: () =>
      takeTurn(async () => {
        if (connection.isOpen) connection.close();
      }),
  };
}

/**
 * Lets the event loop turn once a slice is used up. SQLite answers without it: whoever walks
 * through a big table, batch after batch, would stop every request until the last one.
 */
function createSlice(): { begin(): void; end(): Promise<void> } {
  let begunMs: number | undefined;
  return {
    begin() {
      if (begunMs !== undefined) return;
      begunMs = stopwatch();
      // Whenever the loop turns, by itself or not, the slice is a new one.
      setImmediate(() => {
        begunMs = undefined;
      });
    },
    async end() {
      if (begunMs !== undefined && stopwatch() - begunMs > SLICE_MS) await turnOfTheLoop();
    },
  };
}

async function retryWhileBusy<T>(
  attempt: () => Promise<T>,
  deadlineMs: number,
  { path, random }: LaneOptions,
): Promise<T> {
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isFromSqlite(error)) throw error;
      if (!isBusy(error) || stopwatch() >= deadlineMs) throw await explain(error, path);
    }
    // Two processes that wait in step would meet again and again.
    const [dice = 0] = random.bytes(1);
    await wait(waitMs * (0.5 + dice / 512));
  }
}
