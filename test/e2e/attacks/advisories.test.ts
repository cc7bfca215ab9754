/**
 * What others of this kind have published about themselves, each under its name, at the assembled
 * door: as the proxy, and asked by a gateway. Holes in sign-in by other providers, in HTTP/2 and
 * in the programs' own languages have no counterpart here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { Client } from '../client.ts';
import { addPerson, PASSWORD, signIn } from '../people.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';
import { useGuardedDoor } from './guarded-door.ts';

/** A request that must not pass: its name, the target, and what the client adds. */
const BYPASSES: readonly [string, string, readonly string[]][] = [
  ['oauth2-proxy CVE-2025-54576, the query as a public path', '/crew?x=/open', []],
  ['oauth2-proxy CVE-2026-41059, a fragment', '/crew#/open', []],
  ['oauth2-proxy CVE-2026-41059, a fragment in disguise', '/open%23/../crew', []],
  ['oauth2-proxy CVE-2026-40575, the header of a gateway', '/crew', ['X-Forwarded-Uri: /open']],
  ['oauth2-proxy CVE-2026-34457, the name of a probe', '/crew', ['User-Agent: GoogleHC/1.0']],
  ['oauth2-proxy issue 649, no name at all', '/crew', ['User-Agent:']],
  [
    'oauth2-proxy CVE-2025-64484 and Caddy CVE-2026-52845, underscores',
    '/crew',
    ['Remote_User: root', 'X_Forwarded_Groups: crew', 'Remote_Groups: crew'],
  ],
  ['Caddy CVE-2026-30851, a group of one’s own', '/crew', ['Remote-Groups: crew']],
  ['Caddy CVE-2026-27587, an escape in another case', '/%63REW', []],
  ['Traefik CVE-2026-35051, a prefix that is said', '/crew', ['X-Forwarded-Prefix: /open']],
  ['Authelia CVE-2021-32637, an address that cannot be read', '/crew/%', []],
  ['Authelia CVE-2021-32637, another one', '/open/%zz/../../crew', []],
  ['Envoy CVE-2021-29492, an escaped slash', '/open%2f..%2fcrew', []],
  ['Envoy CVE-2021-29492, an escaped backslash', '/open%5c..%5ccrew', []],
  ['Envoy CVE-2021-32779 and Pomerium CVE-2021-39206, a fragment', '/crew/#/../open', []],
  [
    'Envoy CVE-2021-32777 and Pomerium CVE-2021-39206, one header in several lines',
    '/crew',
    ['Authorization: Bearer a', 'Authorization: Bearer b', 'Cookie: sallyport=a', 'Cookie: b=c'],
  ],
];

const guarded = useGuardedDoor();

/** By nginx, in its words: whatever the client has sent arrives with the question. */
let asked: TestDoor;
let staff: Client;

beforeAll(async () => {
  asked = await openTestDoor({
    publicUrl: 'http://app.example.com',
    yaml: `trusted_proxies: [127.0.0.1]
forward_auth: nginx
session: { cookie_domain: example.com }
routes:
  - { host: app.example.com, path: /open, access: public }
  - { host: app.example.com, path: /crew, access: { groups: [crew] } }
  - { host: a.b.example.com, access: deny }
  - { access: signed-in }`,
  });
  staff = new Client(asked.origin, 'app.example.com');
  await signIn(staff, await addPerson(asked, 'ada'));
});

afterAll(() => asked[Symbol.asyncDispose]());

const question = (target: string, lines: readonly string[], host = 'app.example.com') =>
  exchange(
    asked.port,
    head(
      'GET /_auth/check',
      'Connection: close',
      `X-Original-URI: ${target}`,
      'X-Original-Method: GET',
      `X-Forwarded-Host: ${host}`,
      ...lines,
    ),
  );

describe('nobody passes by', () => {
  it.each(BYPASSES)('%s', async (_name, target, lines) => {
    const { door, ada, reached } = guarded.at();
    const before = reached();
    for (const cookie of [[], [`Cookie: ${ada.client.cookieHeader}`]]) {
      const request = head(`GET ${target}`, 'Connection: close', ...lines, ...cookie);
      expect(statusOf(await exchange(door.port, request))).toBeGreaterThanOrEqual(400);
    }
    expect(reached()).toBe(before);
    for (const cookie of [[], [`Cookie: ${staff.cookieHeader}`]]) {
      expect([401, 403]).toContain(statusOf(await question(target, [...lines, ...cookie])));
    }
  });

  it('Authelia CVE-2026-48794, a host in other letters', async () => {
    const cookie = [`Cookie: ${staff.cookieHeader}`];
    for (const host of ['a.b.example.com', 'a.B.example.com', 'A.b.EXAMPLE.com:80']) {
      expect(statusOf(await question('/', cookie, host))).toBe(403);
    }
    expect(statusOf(await question('/', cookie, 'c.b.example.com'))).toBe(200);
  });
});

describe('what is said about people', () => {
  it('Traefik CVE-2024-45410: no client takes it away by Connection', async () => {
    const { door, ada, upstream } = guarded.at();
    const names = 'Connection: close, Remote-User, Remote-Groups, X-Forwarded-For';
    const cookie = `Cookie: ${ada.client.cookieHeader}`;
    const before = upstream.received().length;
    expect(statusOf(await exchange(door.port, head('GET /', names, cookie)))).toBe(200);
    const received = upstream.received().slice(before);
    expect(received).toMatch(/^Remote-User: ada\r$/m);
    expect(received).toMatch(/^X-Forwarded-For: 127\.0\.0\.1\r$/m);
  });

  it('Pomerium CVE-2024-39315: no page shows what a session is made of', async () => {
    const { client } = guarded.at().ada;
    for (const path of ['/_auth/', '/_auth/login', '/_auth/logout', '/_auth/enrol', '/crew']) {
      const { text } = await client.get(path);
      for (const value of client.cookies.values()) expect(text).not.toContain(value);
    }
  });

  it('Pomerium CVE-2021-41230: a group that is taken away is gone at once', async () => {
    const { door } = guarded.at();
    const client = new Client(door.origin);
    await signIn(client, await addPerson(door, 'leaver', ['crew']));
    expect((await client.get('/crew')).status).toBe(200);
    await door.administration.setGroups('leaver', []);
    await expect.poll(async () => (await client.get('/crew')).status).toBe(302);
  });

  it('Pomerium CVE-2022-24797: nothing for developers is in reach', async () => {
    const { door } = guarded.at();
    for (const path of ['/_auth/debug/pprof', '/_auth/metrics', '/_auth/readyz/..%2fmetrics']) {
      const page = await new Client(door.origin).get(path);
      expect([400, 404]).toContain(page.status);
      expect(page.text).not.toContain('sallyport_requests_total');
    }
  });
});

describe('signing in', () => {
  it('Authelia CVE-2025-24806 and CVE-2026-47203: a name has one budget in all spellings', async () => {
    const { door } = guarded.at();
    await addPerson(door, 'victim');
    const spellings = ['victim', 'Victim', 'VICTIM', ' victim', 'ｖictim', 'VICTIM '];
    const statuses: number[] = [];
    for (let guess = 0; guess < 24 && !statuses.includes(429); guess += 1) {
      const username = spellings[guess % spellings.length]!;
      const fields = { username, password: PASSWORD, code: '000000' };
      const page = await new Client(door.origin).submit('/_auth/login', '/_auth/login', fields);
      statuses.push(page.status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeLessThanOrEqual(12);
  });

  it.each([
    ['oauth2-proxy CVE-2020-5233', '/\\evil.example'],
    ['oauth2-proxy CVE-2020-11053', '/\t/evil.example'],
    ['oauth2-proxy CVE-2020-4037', '/.//evil.example'],
    ['oauth2-proxy CVE-2021-21291', 'http://evilexample.com/'],
    ['Authelia CVE-2021-29456', 'http://app.example.com.evil.example/'],
    ['Pomerium CVE-2021-29652', '//evil.example/_auth/'],
    ['traefik-forward-auth pull 77', 'http://app.example.com@evil.example/'],
    ['any other host below the domain', 'http://unknown.example.com/'],
  ])('%s: leads to no other site', async (_name, returnTo) => {
    const client = new Client(asked.origin, 'app.example.com');
    const page = await client.get(`/_auth/login?return_to=${encodeURIComponent(returnTo)}`);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('evil');
    expect(page.text).not.toContain('unknown.example.com');
  });
});
