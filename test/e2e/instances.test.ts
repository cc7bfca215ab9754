/** Two door processes on one store: what happens at one of them counts at the other. @module */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { startLivedTime } from '../lived-time.ts';
import { connectTo, createDatabase } from '../postgres.ts';
import { hasPostgres } from '../postgres-server.ts';
import { Client, hiddenFields } from './client.ts';
import { codeFrom, codeOf } from './people.ts';

const PARALLEL = 1_000;
/** What the README promises, from the acknowledgement: an answer over HTTP, or a command's end. */
const ENDED_EVERYWHERE_WITHIN_MS = 2_000;
const STORES = [
  { name: 'SQLite', isMissing: false },
  {
    name: hasPostgres() ? 'PostgreSQL' : '[needs postgresql] PostgreSQL',
    isMissing: !hasPostgres(),
  },
] as const;

async function storeLine(name: string) {
  if (name === 'SQLite') return { yaml: '', drop: async () => {}, address: undefined };
  const { address, drop } = await createDatabase();
  const { host, port, user, database, password } = address;
  const url = `postgres://${user}:${password?.reveal() ?? ''}@${host}:${port}/${database}?sslmode=disable`;
  // All of a thousand writers wait in line at once.
  return { yaml: `store: { url: "${url}", timeout: 1m }\n`, drop, address };
}

for (const { name, isMissing } of STORES) {
  describe.skipIf(isMissing)(`two doors on one store: ${name}`, () => {
    let upstream: Server;
    let installation: Installation;
    let drop: () => Promise<void>;
    let forbidWrites: () => Promise<() => Promise<void>>;
    const origins: string[] = [];
    const metrics: string[] = [];
    const [one, other] = [() => origins[0] ?? '', () => origins[1] ?? ''];

    beforeAll(async () => {
      upstream = createServer((req, res) => {
        if (req.url !== '/events') return void res.end('inside');
        res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
      }).listen(0, '127.0.0.1');
      await once(upstream, 'listening');
      new WebSocketServer({ server: upstream });
      const store = await storeLine(name);
      drop = store.drop;
      installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: { listen: 127.0.0.1:0 }
log: { format: json }
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
realms: { enabled: true, reuse: { once: [once] } }
${store.yaml}`);
      const { address } = store;
      const file = join(installation.folder, 'data', 'sallyport.db');
      forbidWrites = () => (address ? forbidWritesAt(address) : forbidWritesTo(file));
      for (let i = 0; i < 2; i += 1) {
        const program = installation.start(['run', '--config', 'config.yaml']);
        const [, port] = await program.until(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
        origins.push(`http://127.0.0.1:${port}`);
        metrics.push((await program.until(/"metrics":"(http:[^"]+)"/))[1] ?? '');
      }
    });

    afterAll(async () => {
      installation[Symbol.dispose]();
      upstream.close();
      upstream.closeAllConnections();
      await drop();
    });

    /** The same browser, sent to the other instance by a balancer. */
    function movedTo(origin: string, from: Client): Client {
      const client = new Client(origin);
      for (const [cookie, value] of from.cookies) client.cookies.set(cookie, value);
      return client;
    }

    const signIn = (client: Client, username: string, code: string) =>
      client.submit('/_auth/login', '/_auth/login', { username, password: PASSWORD, code });

    async function signedIn(username: string): Promise<Client> {
      const { otpauth_uri } = await installation.addUser(username);
      const client = new Client(one());
      expect((await signIn(client, username, codeFrom(otpauth_uri))).status).toBe(303);
      return client;
    }

    it.each([
      [
        'signing out',
        async (client: Client) => {
          await client.submit('/_auth/logout', '/_auth/logout', {});
        },
      ],
      [
        'disabling',
        async () => {
          await installation.run(['user', 'disable', 'disabling']);
        },
      ],
      [
        'set-groups',
        async () => {
          await installation.run(['user', 'set-groups', 'set-groups', 'staff']);
        },
      ],
    ])('%s ends a session at both, live sockets and event streams too', async (title, end) => {
      const client = await signedIn(title.replace(' ', '-'));
      const headers = { cookie: client.cookieHeader };
      const far = movedTo(other(), client);
      expect((await far.get('/')).text).toBe('inside');
      const socket = new WebSocket(`${other().replace('http', 'ws')}/ws`, { headers });
      await once(socket, 'open');
      const closed = once(socket, 'close');
      const events = (await fetch(`${other()}/events`, { headers })).body!.getReader();
      await events.read();
      await end(client);
      const livedMs = startLivedTime();
      expect((await closed)[0]).toBe(1008);
      await events.read().then(
        ({ done }) => expect(done).toBe(true),
        () => {},
      );
      expect(livedMs()).toBeLessThan(ENDED_EVERYWHERE_WITHIN_MS);
      expect((await far.get('/')).text).not.toContain('inside');
    });

    it('takes a code once, whichever of them was asked', async () => {
      const { otpauth_uri, recovery_codes } = await installation.addUser('cleo');
      const code = codeFrom(otpauth_uri);
      expect((await signIn(new Client(one()), 'cleo', code)).status).toBe(303);
      expect((await signIn(new Client(other()), 'cleo', code)).status).toBe(401);
      const [recovery = ''] = recovery_codes;
      expect((await signIn(new Client(other()), 'cleo', recovery)).status).toBe(303);
      expect((await signIn(new Client(one()), 'cleo', recovery)).status).toBe(401);
    });

    it('finishes a sign-up that the other began, and takes its invite once', async () => {
      const link = new URL((await installation.run(['invite'])).stdout.trim());
      const path = link.pathname + link.search;
      const form = { username: 'dora', password: PASSWORD };
      const begun = new Client(one());
      const page = await begun.submit(path, '/_auth/signup', form);
      const uri = /otpauth:\/\/[^"<\s]+/.exec(page.text)?.[0].replaceAll('&amp;', '&') ?? '';
      const fields = hiddenFields(page.text, '/_auth/signup/confirm');
      const finished = movedTo(other(), begun);
      const confirmed = await finished.post('/_auth/signup/confirm', {
        ...fields,
        code: codeFrom(uri),
      });
      expect(confirmed.status).toBe(200);
      expect((await finished.get('/')).text).toBe('inside');
      expect((await new Client(one()).get(path)).text).not.toContain('name="username"');
    });

    it('counts guesses at both as one budget', async () => {
      await installation.addUser('egon');
      const statuses: number[] = [];
      for (let i = 0; i < 12; i += 1) {
        const origin = i % 2 === 0 ? one() : other();
        statuses.push((await signIn(new Client(origin), 'egon', '000000')).status);
      }
      // Five are free for an account; one process alone would not have seen its sixth.
      expect(statuses.indexOf(429)).toBeGreaterThan(0);
      expect(statuses.indexOf(429)).toBeLessThan(10);
    });

    it(`lets one of ${PARALLEL} equal codes at once through, and refuses all others`, async () => {
      const seed = (await installation.run(['service', 'add', 'ada@once'])).stdout.trim();
      // Connected before: what remains of the race is the code.
      const sockets = await Promise.all(
        Array.from({ length: PARALLEL }, (_, i) => openTo(i % 2 === 0 ? one() : other())),
      );
      const readBefore = await accountsRead();
      // Nobody can write until everybody has found the code unspent: else the first one in
      // would spend it, and most of the others would be no race but guesses, which wait.
      const letWrite = await forbidWrites();
      const proof = `Authorization: OTP name="ada", realm="once", token="${codeOf(seed)}"`;
      const statuses = sockets.map((socket) => statusOf(socket, '/_auth/api/v1/session', proof));
      const patience = { interval: 20 };
      await expect.poll(() => unreadAt(origins), patience).toBe(0);
      // SQLite is read in slices, one for each turn of the loop, and each of these answers is a turn
      // at least; a scrape would wait for longer than writers do.
      if (name === 'SQLite') await turnLoops(PARALLEL / 2);
      else await expect.poll(accountsRead, patience).toBe(readBefore + PARALLEL);
      await letWrite();
      const answers = await Promise.all(statuses);
      expect(answers.filter((status) => status === 201)).toHaveLength(1);
      expect(answers.filter((status) => status === 401)).toHaveLength(PARALLEL - 1);
    });

    async function turnLoops(times: number): Promise<void> {
      for (let i = 0; i < times; i += 1) {
        await Promise.all(origins.map((origin) => fetch(`${origin}/_auth/healthz`)));
      }
    }

    /** How often both together have looked somebody up. */
    async function accountsRead(): Promise<number> {
      const counts = await Promise.all(
        metrics.map(async (url) => {
          const exposition = await (await fetch(url)).text();
          return Number(
            /_duration_seconds_count{operation="findAccount"} (\d+)/.exec(exposition)?.[1] ?? 0,
          );
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    }
  });
}

async function openTo(origin: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function statusOf(socket: Socket, path: string, field: string): Promise<number> {
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n${field}\r\n\r\n`,
  );
  const answer = await text(socket);
  return Number(answer.split(' ', 2)[1]);
}

/** Connections on which something was sent that the door has not taken yet (proc(5)). */
function unreadAt(origins: readonly string[]): number {
  const ports = origins.map((origin) => Number(new URL(origin).port));
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.filter((row) => {
    const [, local = '', , , queues = ''] = row.trim().split(/\s+/);
    const isOurs = ports.includes(Number.parseInt(local.split(':')[1] ?? '', 16));
    return isOurs && !queues.endsWith(':00000000');
  }).length;
}

/** Holds the lock that every write takes; returns how to let go. */
async function forbidWritesTo(file: string): Promise<() => Promise<void>> {
  // A door may be writing at this moment.
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('begin immediate');
  return async () => db.close();
}

async function forbidWritesAt(address: PostgresAddress): Promise<() => Promise<void>> {
  const other = await connectTo(address);
  await other.query('begin; lock table throttle in exclusive mode');
  return () => other.end();
}
