/** What the database is asked on the way of a request, counted where the questions cross. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { countStatements } from '../sqlite-statements.ts';
import { openWireTap } from '../wire-tap.ts';
import { Client } from './client.ts';
import { addPerson, PASSWORD } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

/** A store for one door, and how often it has been asked. */
interface Counted {
  readonly yaml: string;
  asked(): number;
  close(): Promise<void>;
}

async function onSqlite(): Promise<Counted> {
  const counter = countStatements();
  return { yaml: '', asked: () => counter.count, close: async () => counter.stop() };
}

async function onPostgres(): Promise<Counted> {
  const { address, drop } = await createDatabase();
  const tap = await openWireTap(address);
  const { user, password, database } = address;
  const word = encodeURIComponent(password?.reveal() ?? '');
  return {
    yaml: `store: "postgres://${user}:${word}@127.0.0.1:${tap.address.port}/${database}"\n`,
    asked: () => tap.trips,
    async close() {
      await tap.close();
      await drop();
    },
  };
}

/** Enough for one between two questions of the feed, also where each takes a second. */
const RUNS = 6;
/** Each with its form; two more per transaction, to begin and to commit. */
const BOUNDS = { signIn: 23, signOut: 10 };

describe('on SQLite', () => countsOn(onSqlite));
describeWithPostgres('on PostgreSQL', () => countsOn(onPostgres));

function countsOn(open: () => Promise<Counted>): void {
  let upstream: Server;
  let store: Counted;
  let door: TestDoor;

  beforeAll(async () => {
    upstream = createServer((_, res) => res.end('from the upstream'));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    store = await open();
    const { port } = upstream.address() as AddressInfo;
    door = await openTestDoor({ yaml: `${store.yaml}upstream: http://127.0.0.1:${port}` });
  });

  afterAll(async () => {
    await door[Symbol.asyncDispose]();
    await store.close();
    upstream.close();
    upstream.closeAllConnections();
  });

  /** The fewest of several runs: the feed asks beside them, once a second. */
  async function questionsIn(works: readonly (() => Promise<unknown>)[]): Promise<number> {
    const counts: number[] = [];
    for (const work of works) {
      const before = store.asked();
      await work();
      counts.push(store.asked() - before);
    }
    return Math.min(...counts);
  }

  const people = (count: number, prefix: string) =>
    Promise.all(
      Array.from({ length: count }, async (_, at) => ({
        client: new Client(door.origin),
        person: await addPerson(door, `${prefix}${at}`),
      })),
    );

  const fieldsOf = ({ name, nextCode }: Awaited<ReturnType<typeof addPerson>>) => ({
    username: name,
    password: PASSWORD,
    code: nextCode(),
  });

  it('a request of somebody who is signed in asks nothing', async () => {
    const person = await addPerson(door, 'ada');
    const client = new Client(door.origin);
    await client.submit('/_auth/login', '/_auth/login', fieldsOf(person));
    const request = async () => {
      for (let n = 0; n < 10; n += 1) {
        expect((await client.get('/lab')).text).toBe('from the upstream');
      }
    };
    expect(await questionsIn(Array(RUNS).fill(request))).toBe(0);
  });

  it(`signing in asks ${BOUNDS.signIn} times at most, signing out ${BOUNDS.signOut} times`, async () => {
    const many = await people(RUNS, 'bea');
    const signIn = await questionsIn(
      many.map(({ client, person }) => async () => {
        const page = await client.submit('/_auth/login', '/_auth/login', fieldsOf(person));
        expect(page.status).toBe(303);
      }),
    );
    const signOut = await questionsIn(
      many.map(({ client }) => async () => {
        const page = await client.submit('/_auth/logout', '/_auth/logout', {});
        expect(page.status).toBe(303);
      }),
    );
    expect(signIn).toBeGreaterThan(0);
    expect(signIn).toBeLessThanOrEqual(BOUNDS.signIn);
    expect(signOut).toBeGreaterThan(0);
    expect(signOut).toBeLessThanOrEqual(BOUNDS.signOut);
  });

  it('a door that nobody uses asks once a second', async () => {
    const before = store.asked();
    const startedAtMs = performance.now();
    await delay(3_000);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const asked = store.asked() - before;
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  });
}
