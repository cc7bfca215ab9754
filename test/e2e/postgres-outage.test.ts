/** PostgreSQL goes away under a running door, and comes back. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { startLivedTime } from '../lived-time.ts';
import { createDatabase, type PostgresServer, startPostgres } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { Client } from './client.ts';
import { codeFrom } from './people.ts';

/** A form must not hang for longer: time-outs of the store, one after the other. */
const FORM_WITHIN_MS = 12_000;
const RECOVERED_WITHIN_MS = 5_000;

describeWithPostgres('a door whose PostgreSQL is away', () => {
  let server: PostgresServer;
  let upstream: Server;
  let installation: Installation;
  let origin: string;

  beforeEach(async () => {
    server = await startPostgres();
    upstream = createServer((_req, res) => res.end('inside')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    new WebSocketServer({ server: upstream });
  });

  afterEach(async () => {
    installation[Symbol.dispose]();
    upstream.close();
    upstream.closeAllConnections();
    await server.dispose();
  });

  async function openDoor(yaml = ''): Promise<void> {
    const { address } = await createDatabase(server.port);
    const { host, port, user, database } = address;
    installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
store: "postgres://${user}@${host}:${port}/${database}?sslmode=disable"
${yaml}`);
    const program = installation.start(['run', '--config', 'config.yaml']);
    const [, doorPort] = await program.until(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
    origin = `http://127.0.0.1:${doorPort}`;
  }

  const signIn = (username: string, code: string, client = new Client(origin)) =>
    client.submit('/_auth/login', '/_auth/login', { username, password: PASSWORD, code });

  it('lets those inside go on, answers a sign-in with 503, and recovers within five seconds', async () => {
    await openDoor();
    const ada = codeFrom((await installation.addUser('ada')).otpauth_uri);
    const bea = codeFrom((await installation.addUser('bea')).otpauth_uri);
    const inside = new Client(origin);
    expect((await signIn('ada', ada, inside)).status).toBe(303);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, {
      headers: { cookie: inside.cookieHeader },
    });
    await once(socket, 'open');

    await server.stop('immediate');
    const awaySinceMs = performance.now();
    const refused = await signIn('bea', bea);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(performance.now() - awaySinceMs).toBeLessThan(FORM_WITHIN_MS);
    for (let i = 0; i < 20; i += 1) expect((await inside.get('/')).text).toBe('inside');
    expect(socket.readyState).toBe(WebSocket.OPEN);

    await server.start();
    const livedMs = startLivedTime();
    const statuses: number[] = [];
    while (statuses.at(-1) !== 303) {
      statuses.push((await signIn('bea', bea)).status);
      expect(livedMs()).toBeLessThan(RECOVERED_WITHIN_MS);
    }
    // What was sent during the outage has counted at most once.
    expect((await signIn('bea', bea)).status).not.toBe(303);
    expect((await inside.get('/')).text).toBe('inside');
    socket.close();
  });

  it('lets nobody go on beyond the grace, and closes what is open', async () => {
    await openDoor('store_grace: 3s');
    const code = codeFrom((await installation.addUser('ada')).otpauth_uri);
    const inside = new Client(origin);
    expect((await signIn('ada', code, inside)).status).toBe(303);
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, {
      headers: { cookie: inside.cookieHeader },
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await server.stop('immediate');
    expect((await inside.get('/')).text).toBe('inside');
    expect((await closed)[0]).toBe(1008);
    expect((await inside.get('/')).status).toBe(503);
    await server.start();
    const livedMs = startLivedTime();
    while ((await inside.get('/')).text !== 'inside') {
      expect(livedMs()).toBeLessThan(RECOVERED_WITHIN_MS);
    }
  });

  it('applies at its return what was ended elsewhere meanwhile', async () => {
    await openDoor();
    const code = codeFrom((await installation.addUser('ada')).otpauth_uri);
    const inside = new Client(origin);
    expect((await signIn('ada', code, inside)).status).toBe(303);
    await server.stop('fast');
    expect((await inside.get('/')).text).toBe('inside');
    await server.start();
    expect((await installation.run(['user', 'disable', 'ada'])).status).toBe(0);
    const livedMs = startLivedTime();
    while ((await inside.get('/')).text === 'inside') {
      expect(livedMs()).toBeLessThan(RECOVERED_WITHIN_MS);
    }
  });
});
