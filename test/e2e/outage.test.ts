/** The store is away: those inside stay inside, nobody new comes in, nothing breaks. @module */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { connectTo } from '../postgres.ts';
import { Client } from './client.ts';
import { addPerson, type Person, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

let upstream: Server;
let door: TestDoor;
let signedIn: Client;
let other: Person;
let release: () => Promise<unknown>;

/** Another process that holds the database's write lock until it is killed. */
const LOCKER = `
const { DatabaseSync } = require('node:sqlite');
const db = new DatabaseSync(process.argv[1], { timeout: 5000 });
db.exec('BEGIN EXCLUSIVE');
db.exec("INSERT INTO flow (id, sealed, expires_at_ms) VALUES ('x', 'x', 1)");
process.stdout.write('locked');
setInterval(() => {}, 60_000);
`;

beforeAll(async () => {
  upstream = createServer((_, res) => res.end('from the upstream'));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  door = await openTestDoor({
    yaml: `upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    storeTimeout: '2s',
  });
  signedIn = new Client(door.origin);
  await signIn(signedIn, await addPerson(door, 'ada'));
  other = await addPerson(door, 'bea');
  release = await (door.config.store
    ? lockPostgres(door.config.store)
    : lockFile(databaseOf(door)));
});

afterAll(async () => {
  await release();
  await door[Symbol.asyncDispose]();
  upstream.close();
  upstream.closeAllConnections();
});

async function lockFile(path: string): Promise<() => Promise<unknown>> {
  const locker = spawn(process.execPath, ['-e', LOCKER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(locker.stdout, 'data');
  return async () => {
    if (locker.kill('SIGKILL')) await once(locker, 'exit');
  };
}

/** Nothing can be written: as a switch-over, or an operator with a long transaction. */
async function lockPostgres(address: PostgresAddress): Promise<() => Promise<unknown>> {
  const other = await connectTo(address);
  await other.query('begin; lock table meta, throttle, session in access exclusive mode');
  return () => other.end();
}

const databaseOf = ({ config }: TestDoor) => join(config.dataDir, 'sallyport.db');

describe('while another process holds the database', () => {
  it('lets those signed in go on', async () => {
    expect((await signedIn.get('/')).text).toBe('from the upstream');
  });

  // Each waits for as long as the store does, and both at once.
  it.concurrent('shows the sign-in page, and answers the form with 503 and when to come back', async () => {
    const page = await signIn(new Client(door.origin), other);
    expect(page.status).toBe(503);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it.concurrent('says in readyz that it cannot write, and stays alive in healthz', async () => {
    expect((await new Client(door.origin).get('/_auth/readyz')).status).toBe(503);
    expect((await new Client(door.origin).get('/_auth/healthz')).status).toBe(200);
  });

  it('takes people in again as soon as the database is free', async () => {
    await release();
    expect((await signIn(new Client(door.origin), other)).status).toBe(303);
  });
});
