/** A database goes back to an earlier time under running doors, and gives ids a second time. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { startLivedTime } from '../lived-time.ts';
import {
  connectTo,
  createDatabase,
  dump,
  type PostgresServer,
  startPostgres,
  startStandby,
} from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { openRelay, type Relay } from '../relay.ts';
import { readFeed } from '../store/samples.ts';
import { Client } from './client.ts';
import { codeFrom } from './people.ts';

/** A server promises 32 ids ahead to whoever takes over: only what is beyond them comes again. */
const ENDS_IN_VAIN = 40;
/** A door finds its database within five seconds, and what has ended within two more: twice that. */
const ENDED_WITHIN_MS = 14_000;
const NOWHERE = 1;
const PEOPLE = ['ada', 'bea', 'cleo'] as const;
type Name = (typeof PEOPLE)[number];

describeWithPostgres('doors whose database is put back to an earlier time', () => {
  let server: PostgresServer;
  let address: PostgresAddress;
  let upstream: Server;
  let installation: Installation;

  beforeEach(async () => {
    server = await startPostgres();
    ({ address } = await createDatabase(server.port));
    upstream = createServer((_req, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    new WebSocketServer({ server: upstream });
    installation = new Installation();
    installation.write('config.yaml', yamlOf(server.port));
  });

  afterEach(async () => {
    installation[Symbol.dispose]();
    upstream.close();
    upstream.closeAllConnections();
    await server.dispose();
  });

  const yamlOf = (port: number) => `listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
store: { url: "postgres://${address.user}@127.0.0.1:${port}/${address.database}?sslmode=disable", timeout: 1s }
`;

  async function openDoor(name: string, port = server.port) {
    const way = await relayTo(port);
    installation.write(name, yamlOf(way.port));
    const program = installation.start(['run', '--config', name]);
    const [, origin = ''] = await program.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
    return { way, program, origin };
  }

  /** Everybody inside at both doors, with a live socket at each. */
  async function everybodyInside(doors: readonly { readonly origin: string }[]) {
    const [first] = doors;
    const signedIn = new Map<Name, Client>();
    for (const username of PEOPLE) {
      const code = codeFrom((await installation.addUser(username)).otpauth_uri);
      const client = new Client(first?.origin ?? '');
      const form = { username, password: PASSWORD, code };
      expect((await client.submit('/_auth/login', '/_auth/login', form)).status).toBe(303);
      signedIn.set(username, client);
    }
    return Promise.all(
      doors.map(async ({ origin }) => {
        const cookieOf = (name: Name) => signedIn.get(name)?.cookieHeader ?? '';
        const getAt = async (door: string, name: Name) =>
          (await new Client(door).get('/', { cookie: cookieOf(name) })).text;
        const get = (name: Name) => getAt(origin, name);
        const [beas, cleos] = [cookieOf('bea'), cookieOf('cleo')].map(
          (cookie) => new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie } }),
        ) as [WebSocket, WebSocket];
        await Promise.all([once(beas, 'open'), once(cleos, 'open')]);
        for (const name of PEOPLE) expect(await get(name)).toBe('inside');
        return { get, getAt, cleos, closed: once(beas, 'close') };
      }),
    );
  }
  type Inside = Awaited<ReturnType<typeof everybodyInside>>[number];

  /** Ends ada's sessions, which nobody will remember; returns the newest id once all doors know it. */
  async function endInVain(doors: readonly Inside[]): Promise<number> {
    const store = await storeAt(address);
    const principalId = await idOf(store, 'ada');
    for (let n = 0; n < ENDS_IN_VAIN; n += 1) {
      const times = { createdAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 3_600_000 };
      await store.createSession({ sid: `s${n}`, principalId, amr: ['otp'], ...times });
    }
    await store.endSessions(principalId);
    for (const { get } of doors) await expect.poll(() => get('ada')).not.toBe('inside');
    return (await readFeed(store)).at(-1)?.id ?? 0;
  }

  /** Ends bea's session under an id that every door has passed. */
  async function endBelow(id: number, at: PostgresAddress): Promise<void> {
    const store = await storeAt(at);
    await store.endSessions(await idOf(store, 'bea'));
    const newest = (await readFeed(store)).at(-1)?.id;
    expect(newest).toBeGreaterThan(0);
    expect(newest).toBeLessThan(id);
  }

  /** What a door has heard of is written down where it was lost; others need not have been there. */
  async function expectKeptIn(copy: PostgresAddress, { getAt }: Inside): Promise<void> {
    const store = await storeAt(copy);
    const principalId = await idOf(store, 'ada');
    await expect.poll(() => store.listSessions(principalId, clock.nowMs())).toEqual([]);
    const { origin } = await openDoor('fresh.yaml', copy.port);
    expect(await getAt(origin, 'ada')).not.toBe('inside');
    expect(await getAt(origin, 'cleo')).toBe('inside');
    const sids = (await readFeed(store)).map(({ sid }) => sid);
    expect(sids).toHaveLength(1 + 1 + ENDS_IN_VAIN);
    expect(new Set(sids).size).toBe(sids.length);
  }

  async function expectEndedAt({ get, cleos, closed }: Inside): Promise<void> {
    const livedMs = startLivedTime();
    expect((await closed)[0]).toBe(1008);
    expect(livedMs()).toBeLessThan(ENDED_WITHIN_MS);
    expect(await get('bea')).not.toBe('inside');
    // What was heard stays so, although the database has forgotten it.
    expect(await get('ada')).not.toBe('inside');
    await expect.poll(() => get('cleo')).toBe('inside');
    expect(cleos.readyState).toBe(WebSocket.OPEN);
  }

  it('end who is signed out at a copy that has taken over and lacks what was acknowledged', async () => {
    const wire = await relayTo(server.port);
    const standby = await startStandby(wire.port);
    onTestFinished(() => standby.dispose());
    const [prompt, late] = [await openDoor('prompt.yaml'), await openDoor('late.yaml')];
    const inside = (await everybodyInside([prompt, late])) as [Inside, Inside];
    await untilFollowed(address);
    wire.blackHole();
    const passed = await endInVain(inside);
    await server.stop('immediate');
    const copy = { ...address, port: standby.port };
    const operator = await connectTo(copy);
    await operator.query('select pg_promote()');
    await operator.end();
    await endBelow(passed, copy);
    prompt.way.leadTo(standby.port);
    await expectEndedAt(inside[0]);
    await prompt.program.until(/a copy of it has taken over/);
    late.way.leadTo(standby.port);
    await expectEndedAt(inside[1]);
    await expectKeptIn(copy, inside[0]);
  });

  it('end who is signed out after an earlier dump was brought back into the same server', async () => {
    const door = await openDoor('door.yaml');
    const inside = (await everybodyInside([door])) as [Inside];
    const bringBack = await dump(address);
    const passed = await endInVain(inside);
    door.way.leadTo(NOWHERE);
    door.way.cut();
    await bringBack();
    await endBelow(passed, address);
    door.way.leadTo(server.port);
    await expectEndedAt(inside[0]);
    await expectKeptIn(address, inside[0]);
  });
});

async function relayTo(port: number): Promise<Relay> {
  const relay = await openRelay({ port });
  onTestFinished(() => relay.dispose());
  return relay;
}

async function storeAt(address: PostgresAddress): Promise<Store> {
  const store = await openStore({ address, clock, random });
  onTestFinished(() => store.close());
  return store;
}

const idOf = async (store: Store, name: Name) =>
  (await store.findAccount('person', '', name))?.principal.id ?? '';

/** Resolves once the copy has applied everything that has been written. */
async function untilFollowed(address: PostgresAddress): Promise<void> {
  const operator = await connectTo(address);
  const isFollowed = async () => {
    const { rows } = await operator.query(
      'select replay_lsn >= pg_current_wal_lsn() as is_followed from pg_stat_replication',
    );
    return rows[0]?.is_followed;
  };
  await expect.poll(isFollowed).toBe(true);
  await operator.end();
}
