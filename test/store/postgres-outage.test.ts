/** PostgreSQL goes away and comes back: calls fail in time, and the next one works. @module */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { connectTo, createDatabase, type PostgresServer, startPostgres } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { NOW_MS } from './now.ts';
import { parallel, registration, signIn } from './samples.ts';
import { opener } from './stores.ts';

const DOWN = { code: 'E_STORE_DOWN' };

describeWithPostgres('a PostgreSQL store whose server is away', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(['max_connections=20']);
  });
  afterAll(() => server.dispose());

  const found = async (more: Partial<PostgresAddress> = {}) => {
    const { address } = await createDatabase(server.port);
    return opener({ ...address, ...more });
  };

  it('says so at once while the server is stopped, and works again with the first call after', async () => {
    const store = await (await found())();
    await signIn(store, 'ada', 's1');
    await server.stop('immediate');
    await expect(store.findAccount('person', '', 'ada')).rejects.toMatchObject(DOWN);
    await expect(store.spendStep('totp-ada', 7)).rejects.toMatchObject(DOWN);
    await expect(store.readRevocations()).rejects.toMatchObject(DOWN);
    await server.start();
    expect(await store.spendStep('totp-ada', 7)).toBe(true);
    expect(await store.readRevocations()).toEqual([]);
  });

  it('does not notice a restart between two calls', async () => {
    const store = await (await found())();
    await parallel(20, () => store.findAccount('person', '', 'ada'));
    await server.stop();
    await server.start();
    await store.register(registration('ada'), NOW_MS);
    expect(await store.findAccount('person', '', 'ada')).toBeDefined();
  });

  it('gives up what a partition swallows, and trusts no old connection after it', async () => {
    const proxy = await startProxy(server.port);
    const store = await (await found({ port: proxy.port, timeoutMs: 2_000 }))();
    await signIn(store, 'ada', 's1');
    await parallel(6, () => store.findAccount('person', '', 'ada'));
    proxy.swallow();
    const startMs = performance.now();
    const outcomes = await Promise.allSettled([
      store.spendStep('totp-ada', 7),
      store.findAccount('person', '', 'ada'),
      store.readRevocations(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(performance.now() - startMs).toBeLessThan(6_000);
    // The old connections stay as dead as they are: only new ones are carried.
    proxy.carryNewOnes();
    const accounts = await parallel(6, () => store.findAccount('person', '', 'ada'));
    expect(accounts.every((account) => account !== undefined)).toBe(true);
    expect(await store.spendStep('totp-ada', 7)).toBe(true);
  });

  it('is down while others use up all connections, and recovers when they leave', async () => {
    const { address } = await createDatabase(server.port);
    const store = await opener(address)();
    await store.close();
    const others: Awaited<ReturnType<typeof connectTo>>[] = [];
    const fill = async () => {
      for (;;) others.push(await connectTo(address));
    };
    // Again and again: the server takes a moment for those that have left before.
    const openWhileFull = async () => {
      await expect(fill()).rejects.toMatchObject({ code: '53300' });
      return opener(address)().catch((error: unknown) => error);
    };
    await expect.poll(openWhileFull).toMatchObject({
      code: 'E_STORE_DOWN',
      message: expect.stringContaining('has no connection left'),
    });
    await Promise.all(others.map((other) => other.end()));
    await expect.poll(() => opener(address)()).toBeDefined();
  });

  it('reads the feed on time while every other connection waits', async () => {
    const { address } = await createDatabase(server.port);
    const store = await opener(address)();
    await signIn(store, 'ada', 's1');
    const blocker = await connectTo(address);
    await blocker.query('begin; lock table principal, session in access exclusive mode');
    const waiting = [
      ...Array.from({ length: 30 }, () => store.findAccount('person', '', 'ada')),
      ...Array.from({ length: 30 }, () => store.endSession('s1')),
    ];
    // Nothing else can be answered until the lock is released.
    expect(await store.readRevocations()).toEqual([]);
    await blocker.query('rollback');
    await blocker.end();
    await Promise.all(waiting);
  });
});

/** Sends everything on until it is told to swallow it: no reset, no answer, as a dead switch. */
async function startProxy(port: number) {
  const dead = new Set<Socket>();
  const live = new Set<Socket>();
  let isSwallowing = false;
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    if (isSwallowing) dead.add(client);
    live.add(client);
    const isDead = () => dead.has(client);
    client.on('data', (chunk) => isDead() || upstream.write(chunk));
    upstream.on('data', (chunk) => isDead() || client.write(chunk));
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (isDead()) return;
        client.destroy();
        upstream.destroy();
      });
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const client of live) client.destroy();
    proxy.close();
  });
  return {
    port: (proxy.address() as AddressInfo).port,
    swallow: () => {
      isSwallowing = true;
      for (const client of live) dead.add(client);
    },
    carryNewOnes: () => {
      isSwallowing = false;
    },
  };
}
