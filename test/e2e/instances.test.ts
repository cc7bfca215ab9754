/** Two door processes on one store: what happens at one of them counts at the other. @module */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { createDatabase } from '../postgres.ts';
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
  if (name === 'SQLite') return { yaml: '', drop: async () => {} };
  const { address, drop } = await createDatabase();
  const { host, port, user, database, password } = address;
  const url = `postgres://${user}:${password?.reveal() ?? ''}@${host}:${port}/${database}?sslmode=disable`;
  return { yaml: `store: ${url}\n`, drop };
}

for (const { name, isMissing } of STORES) {
  describe.skipIf(isMissing)(`two doors on one store: ${name}`, () => {
    let upstream: Server;
    let installation: Installation;
    let drop: () => Promise<void>;
    const origins: string[] = [];
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
admin: off
upstream: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
realms: { enabled: true, reuse: { once: [once] } }
${store.yaml}`);
      for (let i = 0; i < 2; i += 1) {
        const program = installation.start(['run', '--config', 'config.yaml']);
        const [, port] = await program.until(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
        origins.push(`http://127.0.0.1:${port}`);
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
      const acknowledgedAtMs = performance.now();
      expect((await closed)[0]).toBe(1008);
      await events.read().then(
        ({ done }) => expect(done).toBe(true),
        () => {},
      );
      expect(performance.now() - acknowledgedAtMs).toBeLessThan(ENDED_EVERYWHERE_WITHIN_MS);
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

    it(`lets one of ${PARALLEL} equal codes at once through`, async () => {
      const caller = (
        await installation.run(['service', 'add', 'web@ungleich-auth'])
      ).stdout.trim();
      const subject = (await installation.run(['service', 'add', 'ada@once'])).stdout.trim();
      const body = JSON.stringify({
        ...{ name: 'web', realm: 'ungleich-auth', token: codeOf(caller) },
        ...{ verifyname: 'ada', verifyrealm: 'once', verifytoken: codeOf(subject) },
      });
      const headers = { 'content-type': 'application/json' };
      const ask = async (_: unknown, index: number) => {
        const origin = index % 2 === 0 ? one() : other();
        const answer = await fetch(`${origin}/ungleichotp/verify/`, {
          method: 'POST',
          headers,
          body,
        });
        await answer.arrayBuffer();
        return answer.status;
      };
      const statuses = await Promise.all(Array.from({ length: PARALLEL }, ask));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      // Refused, or told to wait by the budget of their source: let in is one.
      for (const status of statuses) expect([200, 403, 429]).toContain(status);
    }, 60_000);
  });
}
