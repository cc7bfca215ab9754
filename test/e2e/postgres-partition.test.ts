/** The network to PostgreSQL swallows every answer, or the server lets nobody in. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { startLivedTime } from '../lived-time.ts';
import { connectTo, createDatabase } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { openRelay, type Relay } from '../relay.ts';
import { Client } from './client.ts';
import { codeFrom } from './people.ts';
import { complaintsOf } from './process.ts';

const PARTITION_SECONDS = Number(process.env.TEST_PARTITION_SECONDS ?? 8);
/** At the default `store.timeout` of five seconds: one is given up, at most one more is tried. */
const FORM_WITHIN_MS = 12_000;
const RECOVERED_WITHIN_MS = 5_000;
/** From the acknowledgement at one instance to the end at another that can hear of it. */
const ENDED_EVERYWHERE_WITHIN_MS = 2_000;

describeWithPostgres('a door cut off from its PostgreSQL', () => {
  let upstream: Server;
  let relay: Relay;
  let installation: Installation;
  let database: Awaited<ReturnType<typeof createDatabase>>;

  beforeEach(async () => {
    database = await createDatabase();
    relay = await openRelay({ port: database.address.port });
    upstream = createServer((_req, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    new WebSocketServer({ server: upstream }).on('connection', (socket) =>
      socket.on('message', (message) => socket.send(message)),
    );
    installation = new Installation();
    installation.write('config.yaml', yamlOf(relay.port));
  });

  afterEach(async () => {
    installation[Symbol.dispose]();
    upstream.close();
    upstream.closeAllConnections();
    await relay.dispose();
    await database.drop();
  });

  function yamlOf(port: number, more = '', user = database.address.user): string {
    return `listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
log: { format: json }
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
store: postgres://${user}@127.0.0.1:${port}/${database.address.database}?sslmode=disable
${more}
`;
  }

  async function openDoor(config = 'config.yaml') {
    const program = installation.start(['run', '--config', config]);
    const [, origin = ''] = await program.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
    return { program, origin };
  }

  async function newcomer(name: string) {
    const { otpauth_uri } = await installation.addUser(name);
    return { name, code: () => codeFrom(otpauth_uri) };
  }
  type Newcomer = Awaited<ReturnType<typeof newcomer>>;

  const signIn = (client: Client, username: string, code: string) =>
    client.submit('/_auth/login', '/_auth/login', { username, password: PASSWORD, code });

  async function signedIn(origin: string, { name, code }: Newcomer) {
    const client = new Client(origin);
    expect((await signIn(client, name, code())).status).toBe(303);
    return client;
  }

  async function openSocket(origin: string, { cookieHeader: cookie }: Client) {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie } });
    await once(socket, 'open');
    return socket;
  }

  async function expectLetInWithin(ms: number, origin: string, { name, code }: Newcomer) {
    const livedMs = startLivedTime();
    while ((await signIn(new Client(origin), name, code())).status !== 303) {
      expect(livedMs()).toBeLessThan(ms);
    }
    return livedMs();
  }

  async function expectRefusedInTime(origin: string, name: string, code: string) {
    const sentAtMs = performance.now();
    const refused = await signIn(new Client(origin), name, code);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const tookMs = performance.now() - sentAtMs;
    expect(tookMs).toBeLessThan(FORM_WITHIN_MS);
    return tookMs;
  }

  it(
    `fails no request of those inside in ${PARTITION_SECONDS} s of silence, and recovers`,
    async () => {
      const [ada, bea, cleo] = [
        await newcomer('ada'),
        await newcomer('bea'),
        await newcomer('cleo'),
      ];
      const { program, origin } = await openDoor();
      const inside = await signedIn(origin, ada);
      const socket = await openSocket(origin, inside);

      relay.blackHole();
      const endsAtMs = performance.now() + PARTITION_SECONDS * 1_000;
      const isDark = () => performance.now() < endsAtMs;
      const [answers, formsMs]: [string[], number[]] = [[], []];
      let lastCode = '';
      const traffic = async () => {
        while (isDark()) {
          answers.push((await inside.get('/')).text);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const forms = async () => {
        while (isDark()) {
          lastCode = bea.code();
          formsMs.push(await expectRefusedInTime(origin, 'bea', lastCode));
        }
      };
      await Promise.all([traffic(), forms()]);
      expect(new Set(answers)).toEqual(new Set(['inside']));
      socket.send('still here');
      expect(String((await once(socket, 'message'))[0])).toBe('still here');

      relay.restore();
      const recoveredMs = await expectLetInWithin(RECOVERED_WITHIN_MS, origin, cleo);
      // What was sent into the silence has counted at most once, whenever it arrived.
      const statuses: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        statuses.push((await signIn(new Client(origin), 'bea', lastCode)).status);
      }
      expect(statuses.filter((status) => status === 303).length).toBeLessThanOrEqual(1);
      expect((await inside.get('/')).text).toBe('inside');
      expect(socket.readyState).toBe(WebSocket.OPEN);
      await program.until(/The database answers again/);
      expect(complaintsOf(program)).toHaveLength(Math.ceil(PARTITION_SECONDS / 60));
      expect(complaintsOf(program)[0]).toMatch(/did not answer within 5000 ms|cannot be reached/);
      if (PARTITION_SECONDS > 8) {
        const longestMs = Math.round(Math.max(...formsMs));
        const figures = { answers: answers.length, forms: formsMs.length, longestMs, recoveredMs };
        process.stdout.write(`${JSON.stringify(figures)}\n`);
      }
    },
    (PARTITION_SECONDS + 110) * 1_000,
  );

  it('ends what another instance has ended meanwhile once it hears of it, live sockets too', async () => {
    installation.write('beside.yaml', yamlOf(database.address.port));
    const ada = await newcomer('ada');
    const [far, near] = [await openDoor(), await openDoor('beside.yaml')];
    const client = await signedIn(near.origin, ada);
    const moved = new Client(far.origin);
    for (const [name, value] of client.cookies) moved.cookies.set(name, value);
    expect((await moved.get('/')).text).toBe('inside');
    const socket = await openSocket(far.origin, moved);
    const closed = once(socket, 'close');

    relay.blackHole();
    expect((await client.submit('/_auth/logout', '/_auth/logout', {})).status).toBe(303);
    expect((await client.get('/')).text).not.toBe('inside');
    await new Promise((resolve) => setTimeout(resolve, ENDED_EVERYWHERE_WITHIN_MS));
    // It cannot know, and lets those inside go on for the grace (docs/scaling.md).
    expect((await moved.get('/')).text).toBe('inside');

    relay.restore();
    const livedMs = startLivedTime();
    expect((await closed)[0]).toBe(1008);
    expect((await moved.get('/')).text).not.toBe('inside');
    expect(livedMs()).toBeLessThan(RECOVERED_WITHIN_MS + ENDED_EVERYWHERE_WITHIN_MS);
  });

  it('lets nobody go on beyond the grace when nothing answers either', async () => {
    installation.write('config.yaml', yamlOf(relay.port, 'store_grace: 3s'));
    const ada = await newcomer('ada');
    const { origin } = await openDoor();
    const inside = await signedIn(origin, ada);
    const closed = once(await openSocket(origin, inside), 'close');
    relay.blackHole();
    const livedMs = startLivedTime();
    expect((await inside.get('/')).text).toBe('inside');
    expect((await closed)[0]).toBe(1008);
    // The grace runs from the last answer; the look that finds it over comes once a second.
    expect(livedMs()).toBeLessThan(3_000 + ENDED_EVERYWHERE_WITHIN_MS);
    const page = await inside.get('/');
    expect(page.status).toBe(503);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    relay.restore();
    const backMs = startLivedTime();
    while ((await inside.get('/')).text !== 'inside') {
      expect(backMs()).toBeLessThan(RECOVERED_WITHIN_MS);
    }
  });

  it('goes on while the server has no connection left for it, and recovers', async () => {
    const operator = await connectTo(database.address);
    const role = `door_${database.address.database}`;
    await operator.query(`create role ${role} login`);
    await operator.query(`alter database ${database.address.database} owner to ${role}`);
    try {
      installation.write('config.yaml', yamlOf(database.address.port, '', role));
      const [ada, bea] = [await newcomer('ada'), await newcomer('bea')];
      const { program, origin } = await openDoor();
      const inside = await signedIn(origin, ada);
      const socket = await openSocket(origin, inside);
      await operator.query(`alter role ${role} connection limit 0`);
      await operator.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1',
        [role],
      );
      const code = bea.code();
      for (let i = 0; i < 5; i += 1) await expectRefusedInTime(origin, 'bea', code);
      for (let i = 0; i < 20; i += 1) expect((await inside.get('/')).text).toBe('inside');
      expect(socket.readyState).toBe(WebSocket.OPEN);
      await operator.query(`alter role ${role} connection limit -1`);
      await expectLetInWithin(RECOVERED_WITHIN_MS, origin, { name: 'bea', code: () => code });
      expect((await signIn(new Client(origin), 'bea', code)).status).not.toBe(303);
      await program.until(/The database answers again/);
      expect(complaintsOf(program)).toEqual([expect.stringContaining('has no connection left')]);
      expect(await program.stop()).toBe(0);
    } finally {
      await operator.query(`alter database ${database.address.database} owner to current_user`);
      await operator.query(`drop owned by ${role} cascade; drop role ${role}`);
      await operator.end();
    }
  });
});
