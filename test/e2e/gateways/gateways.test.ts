/** Real gateways with the printed configuration, and one table of what has to hold behind each. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { describeWith } from '../../programs.ts';
import { exchange, RawClient, statusOf } from '../../proxy/raw-client.ts';
import { Client } from '../client.ts';
import { signIn } from '../people.ts';
import { GATEWAYS } from './gateway.ts';
import { lockStore } from './lock-store.ts';
import { HOST, type Site, startSite } from './site.ts';

/**
 * Where they differ: for a host that they have no site for (Caddy an empty 200), for a header
 * that looks like one of ours, where they refuse it, and for the check itself.
 */
const ANSWERS = {
  nginx: { unknownHost: 421, lookAlike: 400, check: 404 },
  caddy: { unknownHost: 200, lookAlike: 400, check: 404 },
  haproxy: { unknownHost: 403, lookAlike: 400, check: 404 },
  envoy: { unknownHost: 404, lookAlike: 400, check: 404 },
  traefik: { unknownHost: 404, lookAlike: 403, check: 403 },
};

describe.each(GATEWAYS)('behind', (name) => {
  describeWith([name], `${name}, as printed`, () => {
    let site: Site;
    let ada: Client;
    let sam: Client;
    beforeAll(async () => {
      site = await startSite(name);
      ada = await site.signedIn('ada');
      sam = await site.signedIn('sam', ['staff']);
    });
    afterAll(async () => await site?.[Symbol.asyncDispose]());

    const stranger = () => new Client(`http://127.0.0.1:${site.port}`, `${HOST}:${site.port}`);
    const seenBefore = () => site.application.seen.length + site.other.seen.length;

    /** Sends a request as bytes; the status and what the application saw of it. */
    async function send(line: string, lines: readonly string[], body = '') {
      const before = site.application.seen.length;
      const head = [
        `${line} HTTP/1.1`,
        `Host: ${HOST}:${site.port}`,
        'Connection: close',
        ...lines,
      ];
      const text = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
      const answer = await exchange(site.port, text);
      return { status: statusOf(answer), answer, seen: site.application.seen[before] };
    }
    const cookieOf = (client: Client, more = '') => `Cookie: ${client.cookieHeader}${more}`;

    it.each([
      ['a stranger', '/', () => stranger(), 302],
      ['a stranger', '/open/x', () => stranger(), 200],
      ['a stranger', '/staff', () => stranger(), 302],
      ['a stranger', '/closed', () => stranger(), 403],
      ['a member', '/', () => ada, 200],
      ['a member', '/open', () => ada, 200],
      ['a member', '/staff', () => ada, 403],
      ['a member', '/staff/x', () => ada, 403],
      ['a member', '/staffroom', () => ada, 200],
      ['a member', '/closed/x', () => ada, 403],
      ['one of the staff', '/staff', () => sam, 200],
    ])('lets %s open %s or not', async (_who, path, client, status) => {
      const before = seenBefore();
      expect((await client().get(path)).status).toBe(status);
      expect(seenBefore() - before).toBe(status === 200 ? 1 : 0);
    });

    it('leads a stranger to the sign-in page and back to what was asked for', async () => {
      const target = '/find?a=1&b=%26+c&url=http%3A%2F%2Fx%23y';
      const client = stranger();
      const refused = await client.get(target);
      expect(refused.status).toBe(302);
      const login = `/_auth/login?return_to=${encodeURIComponent(target)}`;
      expect(new URL(refused.location ?? '', site.origin).href).toBe(site.origin + login);
      const person = await site.newcomer('new');
      const signedIn = await signIn(client, person, target);
      expect([signedIn.status, signedIn.location]).toEqual([303, target]);
      expect((await client.get(target)).status).toBe(200);
      expect(site.application.seen.at(-1)?.target).toBe(target);
    });

    it('tells a program to sign in with a plain 401', async () => {
      const { status, answer } = await send('GET /api', ['Accept: application/json']);
      expect(status).toBe(401);
      expect(answer.toLowerCase()).not.toContain('\r\nlocation:');
    });

    it('judges the method of the client, not that of the question', async () => {
      expect((await ada.post('/written', {})).status).toBe(403);
      expect((await ada.get('/written')).status).toBe(200);
    });

    it('tells the application who it is', async () => {
      await sam.get('/');
      const lines = site.application.seen.at(-1)!.lines.map((line) => line.toLowerCase());
      expect(lines).toContain('remote-user: sam');
      expect(lines).toContain('remote-groups: staff');
    });

    it('attack: a client takes nothing of that away by Connection (GHSA-62c8-mh53-4cqv)', async () => {
      const names = 'Remote-User, Remote-Groups, X-Forwarded-For, X-Forwarded-Uri';
      for (const line of [`Connection: close, ${names}`, `Connection: ${names}, close`]) {
        const { status, seen } = await send('GET /', [line, cookieOf(sam)]);
        // Envoy takes no such request at all.
        if (name === 'envoy') {
          expect([status, seen]).toEqual([400, undefined]);
          continue;
        }
        const lines = seen!.lines.map((text) => text.toLowerCase());
        expect(lines).toContain('remote-user: sam');
        expect(lines).toContain('remote-groups: staff');
        expect(lines.some((text) => text.startsWith('x-forwarded-for: '))).toBe(true);
      }
      const closed = await send('GET /staff', [`Connection: close, ${names}`, cookieOf(ada)]);
      expect([closed.status, closed.seen]).toEqual([name === 'envoy' ? 400 : 403, undefined]);
    });

    it.each([
      'Remote-User: root',
      'remote-user: root',
      'Remote_User: root',
      'Remote.User: root',
      'Remote-Groups: root',
      'REMOTE_GROUPS: root',
      'X-Forwarded-User: root',
      'X_Forwarded_User: root',
      'X-Auth-Request-User: root',
      'X-WEBAUTH-USER: root',
      'X_Authentik_Username: root',
      "X-Forwarded'Email: root",
      'X-Remote-User: root',
      'Remote-Realm: root',
      'Remote-Name: root',
      'Sallyport-Authorization: root',
      'X-Forwarded-Access-Token: root',
      'Proxy: root',
      'X-HTTP-Method-Override: root',
      'X-Http-Method: root',
      'X_Method_Override: root',
      'Transfer_Encoding: root',
      'Content.Length: root',
    ])('sends on nothing of %s', async (line) => {
      for (const cookie of [[cookieOf(ada)], []]) {
        const { status, seen } = await send('GET /open', [line, line, ...cookie]);
        if (seen === undefined) expect(status).toBe(ANSWERS[name].lookAlike);
        else expect(seen.lines.join('\n')).not.toContain('root');
      }
    });

    it.each([
      'X-Original-URI: /open',
      'X-Original-URL: http://app.localhost/open',
      'X-Original-Method: GET',
      'X-Forwarded-Uri: /open',
      'X_Forwarded_Uri: /open',
      'X-Forwarded-Method: GET',
      'X-Forwarded-Host: other.localhost',
      'X-Forwarded-Proto: https',
    ])('takes no word about the request from a client: %s', async (line) => {
      const post = [line, cookieOf(ada), 'Content-Length: 0'];
      const statuses = [
        (await send('GET /staff', [line, 'Accept: */*'])).status,
        (await send('GET /staff', [line, cookieOf(ada)])).status,
        (await send('POST /written', post)).status,
        (await send('GET /', [line, cookieOf(ada)])).status,
      ];
      const isRefused = name === 'envoy' && line.startsWith('X_');
      expect(statuses).toEqual(isRefused ? [400, 400, 400, 400] : [401, 403, 403, 200]);
    });

    it.each([
      '/open/../staff',
      '/open/%2e%2e/staff',
      '//staff',
      '/%73taff',
      '/open/..%2fstaff',
      '/staff%2fx',
      '/open/..;/staff',
      '/./staff',
      '/open%00',
      '/%zz',
    ])('opens nothing that is closed by %s', async (target) => {
      const before = seenBefore();
      const { status } = await send(`GET ${target}`, [cookieOf(ada)]);
      expect([400, 401, 403, 404]).toContain(status);
      expect(seenBefore()).toBe(before);
    });

    it('keeps the door’s cookies from the application, and leaves the others as they are', async () => {
      const [session] = [...ada.cookies].find(([cookie]) => !cookie.includes('-'))!;
      const value = ada.cookies.get(session)!;
      const rows: readonly (readonly [sent: string, kept: string | undefined])[] = [
        [`${session}=${value}`, undefined],
        [`a=1; ${session}=${value}`, 'a=1'],
        [`${session}=${value}; b="x y"; c=`, 'b="x y"; c='],
        [`a=1; ${session}=${value};  b=2;c=3`, 'a=1;  b=2;c=3'],
        [`a=1; sallyport-flow=f; ${session}=${value}; sallyport-browser=b; z=9`, 'a=1; z=9'],
        [
          `${session}=${value}; sallyportal=x; my-sallyport=y; xsallyport=z`,
          'sallyportal=x; my-sallyport=y; xsallyport=z',
        ],
      ];
      for (const [sent, kept] of rows) {
        const { status, seen } = await send('GET /', [`Cookie: ${sent}`]);
        expect(status, sent).toBe(200);
        const lines = seen!.lines.filter((line) => /^cookie:/i.test(line));
        const values = lines.map((line) => line.slice(line.indexOf(':') + 1).trim());
        expect(values, sent).toEqual(kept === undefined ? [] : [kept]);
      }
    });

    it.each([
      (name: string, value: string) => [`Cookie: ${name}=${value}; ${name}=${value}`],
      (name: string, value: string) => [`Cookie: a=1`, `Cookie: ${name}=${value}`],
      (name: string, value: string) => [`Cookie: x="; ${name}=${value}; y="`],
      (name: string, value: string) => [
        `Cookie: __Host-${name}=${value}; __Secure-${name}=${value}`,
      ],
      (name: string, value: string) => [`Cookie: ${name.toUpperCase()}=${value}`],
      (name: string, value: string) => [`Cookie: $Version=1; ${name} =${value}; $Path=/`],
      (name: string, value: string) => [`Cookie: =${name}=${value}`],
      (name: string, value: string) => [
        `Cookie: ${Array.from({ length: 9 }, () => `${name}=${value}`).join('; ')}`,
      ],
      (name: string, value: string) => [
        `Cookie: ${name}=${value};${name}-flow=${value};;${name}-browser=${value}`,
      ],
    ])('lets no seal through to the application, however it is dressed: %#', async (dress) => {
      const [session] = [...ada.cookies].find(([cookie]) => !cookie.includes('-'))!;
      const value = ada.cookies.get(session)!;
      const { seen } = await send('GET /open', dress(session, value));
      expect(seen?.lines.join('\n') ?? '').not.toContain(value);
    });

    it('attack: tells the application a path, never a whole address that it might believe', async () => {
      const whole = `http://${HOST}:${site.port}/open?a=1`;
      expect((await send(`GET ${whole}`, [])).seen?.target).toBe('/open?a=1');
      for (const target of [
        'http://other.localhost/open',
        'http://app.localhost@other.localhost/',
      ]) {
        const before = seenBefore();
        await send(`GET ${target}`, [cookieOf(ada)]);
        expect(seenBefore()).toBe(before);
      }
    });

    it('carries posts with their bodies', async () => {
      const body = 'x'.repeat(300_000);
      const lines = [cookieOf(ada), `Content-Length: ${body.length}`];
      const { status, seen } = await send('POST /save', lines, body);
      expect(status).toBe(200);
      expect(seen?.body.length).toBe(body.length);
      const refused = await send('POST /save', [`Content-Length: 5`], 'hello');
      expect([401, 302]).toContain(refused.status);
      expect(refused.seen).toBeUndefined();
    });

    it('sends requests to the upstream of their path', async () => {
      const before = site.other.seen.length;
      expect((await ada.get('/other/x')).status).toBe(200);
      expect(site.other.seen.at(-1)?.target).toBe('/other/x');
      expect((await ada.get('/others')).status).toBe(200);
      expect((await ada.get('/OTHER/x')).status).toBe(403);
      expect(site.other.seen.length).toBe(before + 1);
    });

    it('carries WebSockets for those signed in, and none for others or for foreign pages', async () => {
      const open = (headers: Record<string, string>) =>
        new WebSocket(`ws://127.0.0.1:${site.port}/socket`, {
          headers: { host: `${HOST}:${site.port}`, ...headers },
        });
      const cookie = ada.cookieHeader;
      const socket = open({ cookie, origin: site.origin });
      await once(socket, 'open');
      socket.send('hello');
      expect(String((await once(socket, 'message'))[0])).toBe('echo hello');
      socket.terminate();
      const lines = site.application.seen.at(-1)!.lines.map((line) => line.toLowerCase());
      expect(lines).toContain('remote-user: ada');
      expect(lines.join('\n')).not.toContain('sallyport');
      const before = seenBefore();
      for (const headers of [{}, { cookie, origin: 'https://evil.example' }]) {
        const [error] = await once(open(headers), 'error');
        expect(String(error)).toMatch(/40[13]/);
      }
      expect(seenBefore()).toBe(before);
    });

    it.each([
      'Upgrade: h2c',
      'Upgrade: something',
      'Upgrade: websocket, h2c',
      'Upgrade: h2c, websocket',
      'Upgrade: h2c\r\nUpgrade: websocket',
      'Upgrade: websocket\r\nUpgrade: h2c',
    ])('attack: opens no tunnel past the check, where nobody asks any more: %j', async (lines) => {
      const before = site.application.seen.length;
      const connection = 'Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ';
      const head = ['GET /open HTTP/1.1', `Host: ${HOST}:${site.port}`, lines, connection];
      await using client = await RawClient.open(site.port, `${head.join('\r\n')}\r\n\r\n`);
      const answer = await client.until((received) => received.includes('\r\n\r\n'));
      expect(answer).not.toContain(' 101 ');
      expect(site.application.seen.slice(before).map(({ method }) => method)).not.toContain(
        'TUNNEL',
      );
    });

    it('carries big headers to the door and to the application', async () => {
      const big = `${'c'.repeat(3_000)}`;
      const cookies = Array.from({ length: 4 }, (_, i) => `; k${i}=${big}`).join('');
      const { status, seen } = await send(`GET /${'p'.repeat(4_000)}?q=1`, [
        cookieOf(ada, cookies),
        `X-Big: ${big}`,
      ]);
      expect(status).toBe(200);
      expect(seen?.lines.find((line) => /^x-big:/i.test(line))?.length).toBe(3_007);
    });

    // The others have bounds of their own, below the door's.
    if (name === 'nginx') {
      it('asks with heads as big as nginx takes, and gets no 431', async () => {
        const cookies = `; k=${'c'.repeat(31_000)}`;
        const big = await send(`GET /${'p'.repeat(12_000)}`, [cookieOf(ada, cookies)]);
        expect(big.status).toBe(200);
        // More than the door takes as an address: refused, and no 500.
        expect((await send(`GET /${'p'.repeat(20_000)}`, [cookieOf(ada)])).status).toBe(403);
      });
    }

    it('knows no other host', async () => {
      const before = seenBefore();
      const lines = ['Host: other.localhost', 'Connection: close', cookieOf(ada)];
      const answer = await exchange(site.port, `GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      expect(statusOf(answer)).toBe(ANSWERS[name].unknownHost);
      expect(seenBefore()).toBe(before);
    });

    it('does not let clients ask', async () => {
      const { status } = await send('GET /_auth/check', [cookieOf(ada)]);
      expect(status).toBe(ANSWERS[name].check);
    });

    it('answers while the store is locked, for those who are signed in', async () => {
      expect((await ada.get('/')).status).toBe(200);
      const unlock = lockStore(site);
      try {
        expect((await ada.get('/')).status).toBe(200);
        expect((await stranger().get('/')).status).toBe(302);
      } finally {
        unlock();
      }
    });

    it('shuts out whoever has signed out', async () => {
      const client = await site.signedIn('leaver');
      expect((await client.get('/')).status).toBe(200);
      await client.submit('/_auth/logout', '/_auth/logout', {});
      expect((await client.get('/')).status).toBe(302);
    });
  });
});
