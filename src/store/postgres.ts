/** PostgreSQL, which several machines can share. @module */
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import { DoorError } from '../core/errors.ts';
import { type Random, stopwatch } from '../core/ports.ts';
import type { PostgresAddress } from '../core/store-address.ts';
import { type Db, type Engine, lookFrom, transact } from './engine.ts';
import { LockingPostgresDialect } from './postgres-dialect.ts';
import { explain, explainForeign, PostgresFault } from './postgres-faults.ts';
import { findUnfit, type PostgresServer } from './postgres-fitness.ts';
import { type Line, openPool } from './postgres-pool.ts';
import type { Tables } from './schema.ts';

/** One commits while the other is already in line for the lock: more would only wait. */
const WRITERS = 2;
const FEED = 1;
const LONGEST_WAIT_MS = 50;
const SNAPSHOT = 'begin isolation level repeatable read, read only';

/** What a PostgreSQL engine needs. */
export interface PostgresOptions {
  readonly address: PostgresAddress;
  readonly random: Random;
  /** How long a call that the server has undone is made again. */
  readonly patienceMs: number;
}

/**
 * Opens a PostgreSQL database and prepares it with `prepare` before it serves.
 *
 * Three pools: writes, of which one runs at a time anywhere (ADR 20), never use up what
 * reads need, and the feed is read on time whatever hangs.
 *
 * @param prepare  runs the migrations; what it throws, closes the database again
 * @throws StartupError when the server is too old, or the database somebody else's
 * @throws DoorError `E_STORE_DOWN`
 */
export async function openPostgres(
  options: PostgresOptions,
  prepare: (engine: Engine) => Promise<void>,
): Promise<Engine> {
  const engine = createEngine(options);
  try {
    await engine.read((db) => checkServer(db, options.address));
    await prepare(engine);
    return engine;
  } catch (error) {
    await engine.close();
    throw explainForeign(error, options.address);
  }
}

function createEngine(options: PostgresOptions): Engine {
  const { address } = options;
  const line: Line = { losses: 0, sockets: new Set() };
  const open = (max: number): Db =>
    new Kysely<Tables>({ dialect: new LockingPostgresDialect(openPool(address, line, max)) });
  const [feed, writers] = [open(FEED), open(WRITERS)];
  const readers = open(address.maxConnections - FEED - WRITERS);
  const running = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const call = async <T>(attempt: () => Promise<T>): Promise<T> => {
    if (closed !== undefined) throw explain(new PostgresFault('it is closed'), address);
    const answer = retry(attempt, options);
    running.add(answer);
    return answer.finally(() => running.delete(answer));
  };
  const close = async () => {
    await Promise.allSettled(running);
    await Promise.all([feed, writers, readers].map((db) => db.destroy()));
    // A server that is out of reach would never say good-bye.
    for (const socket of line.sockets) socket.destroySoon();
  };
  return {
    dialect: 'postgres',
    read: (query) => call(() => query(readers)),
    readOnTime: (query) => call(() => query(feed)),
    snapshot: (work) => call(() => lookFrom(readers, SNAPSHOT, work)),
    write: (work, keep) => call(() => transact(writers, work, keep)),
    close: () => (closed ??= close()),
  };
}

/** Once more after a lost connection, since all others are suspected with it. */
async function retry<T>(
  attempt: () => Promise<T>,
  { address, random, patienceMs }: PostgresOptions,
): Promise<T> {
  const deadlineMs = stopwatch() + patienceMs;
  let isFirstLoss = true;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PostgresFault)) throw error;
      const mayRepeat = error.kind === 'conflict' || (error.kind === 'lost' && isFirstLoss);
      if (!mayRepeat || stopwatch() >= deadlineMs) throw explain(error, address);
      if (error.kind === 'lost') isFirstLoss = false;
    }
    const [dice = 0] = random.bytes(1);
    await wait(waitMs * (0.5 + dice / 512));
  }
}

async function checkServer(db: Db, address: PostgresAddress): Promise<void> {
  const { rows } = await sql<PostgresServer>`
    select current_setting('server_version_num')::int as version,
      current_setting('server_encoding') as encoding`.execute(db);
  const [server] = rows;
  if (server === undefined) throw new DoorError('E_STORE_DOWN', 'The database says nothing.');
  const unfit = findUnfit(server, address);
  if (unfit !== undefined) throw unfit;
}
