/** ADR 20: one lock for all writes, beside what PostgreSQL does by itself. @module */
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import type { Store } from '../../src/store/contract.ts';
import { createCredentials } from '../../src/store/credentials.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createFlows } from '../../src/store/flows.ts';
import { openEngine } from '../../src/store/open.ts';
import { createSessions } from '../../src/store/sessions.ts';
import { createThrottles } from '../../src/store/throttles.ts';
import { connectTo } from '../../test/postgres.ts';
import { median } from '../load.ts';
import type { Places } from './places.ts';
import { openSerializable } from './serializable.ts';

const WAYS = ['lock', 'serializable', 'serializable, no scans'] as const;
type Way = (typeof WAYS)[number];

/** What many do at once: how much of it in a second, and how often the server undid some. */
export interface WriterRow {
  readonly work: string;
  /** In the order of the table's columns. */
  readonly ways: readonly { readonly perSec: number; readonly undone: number }[];
}

type Writes = Pick<Store, 'spendStep' | 'updateThrottle' | 'createSession' | 'putFlow'>;

const PEOPLE = 300;
const SPENDS = 1_000;
const HOUR_MS = 3_600_000;
/** The last of many at once waits for all others. */
const PATIENCE_MS = 60_000;

/** Works by number, so that each round does something new. */
const WORKS: readonly {
  readonly work: string;
  readonly count: number;
  readonly run: (store: Writes, at: number, round: number) => Promise<unknown>;
}[] = [
  { work: `sign-ins, five writes each, ${PEOPLE} at once`, count: PEOPLE, run: signIn },
  {
    work: `spends of one step, ${SPENDS.toLocaleString('en')} at once`,
    count: SPENDS,
    run: (store, _at, round) => store.spendStep('app-0', 1_000_000 + round),
  },
  {
    work: `guesses at one account, ${PEOPLE} at once`,
    count: PEOPLE,
    run: (store, at) => attempt(store, ['account:0', `source:${at % 8}`]),
  },
];

/** Two engines for each way, as two processes have them; rounds alternate between the ways. */
export async function measureOneWriter(places: Places, rounds: number): Promise<WriterRow[]> {
  const subjects = [];
  for (const way of WAYS) subjects.push({ way, ...(await openWay(places, way)) });
  const rows: WriterRow[] = [];
  for (const { work, count, run } of WORKS) {
    const samples = subjects.map(() => ({ perSec: [] as number[], undone: [] as number[] }));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [at, { stores, undone }] of subjects.entries()) {
        const before = undone();
        const begunMs = performance.now();
        await Promise.all(
          Array.from({ length: count }, (_, n) => run(stores[n % 2] as Writes, n, round)),
        );
        // The first round warms up.
        if (round === 0) continue;
        samples[at]?.perSec.push((count * 1000) / (performance.now() - begunMs));
        samples[at]?.undone.push(undone() - before);
      }
    }
    const ways = samples.map(({ perSec, undone }) => ({
      perSec: median(perSec),
      undone: median(undone),
    }));
    rows.push({ work, ways });
  }
  for (const { engines } of subjects) for (const engine of engines) await engine.close();
  return rows;
}

async function openWay(places: Places, way: Way) {
  const { address: found } = await places.found('PostgreSQL');
  if (found === undefined) throw new Error('a place on PostgreSQL has an address');
  const address = { ...found, timeoutMs: PATIENCE_MS };
  const first = await openEngine({ address, clock, random });
  const client = await connectTo(address);
  await client.query(`insert into principal
    select 'id-' || i, 'person', '', 'p' || i, 'p' || i, '[]', 0, null
    from generate_series(0, ${PEOPLE - 1}) as i`);
  await client.query(`insert into credential
    select 'app-' || i, 'id-' || i, 'totp', '', '', -1, 0 from generate_series(0, ${PEOPLE - 1}) as i`);
  await client.query('vacuum (analyze)');
  if (way === 'serializable, no scans') {
    await client.query(`alter database ${address.database} set enable_seqscan = off`);
  }
  await client.end();
  if (way === 'lock') {
    const engines = [first, await openEngine({ address, clock, random })];
    return { engines, stores: engines.map(writesOf), undone: () => 0 };
  }
  await first.close();
  const others = [openSerializable(address), openSerializable(address)];
  const engines = others.map(({ engine }) => engine);
  const undone = () => others.reduce((sum, other) => sum + other.undone, 0);
  return { engines, stores: engines.map(writesOf), undone };
}

const writesOf = (engine: Engine): Writes => ({
  ...createCredentials(engine),
  ...createThrottles(engine, { clock }),
  ...createSessions(engine),
  ...createFlows(engine),
});

async function signIn(store: Writes, at: number, round: number): Promise<void> {
  const budgets = [`account:${at}`, `source:${at}`];
  await attempt(store, budgets);
  await store.spendStep(`app-${at}`, 1 + round);
  await attempt(store, budgets);
  const nowMs = clock.nowMs();
  await store.createSession(
    {
      ...{ sid: `${round}-${at}`, principalId: `id-${at}`, amr: ['otp'] },
      ...{ createdAtMs: nowMs, expiresAtMs: nowMs + HOUR_MS },
    },
    { groups: [], credentialIds: [`app-${at}`] },
  );
  await store.putFlow(`${round}-${at}`, 'sealed', nowMs + HOUR_MS);
}

/** Reads budgets and writes them again, as taking an attempt and giving it back both do. */
const attempt = (store: Writes, keys: readonly string[]): Promise<void> =>
  store.updateThrottle(keys, (states) => ({
    next: new Map(
      keys.map((key) => {
        const failures = (states.get(key)?.failures ?? 0) + 1;
        return [key, { failures, lastFailureMs: 0, dayStartMs: 0, dayAttempts: failures }];
      }),
    ),
    verdict: undefined,
  }));
