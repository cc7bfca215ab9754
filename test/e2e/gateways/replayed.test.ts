/**
 * Traefik and Envoy are not among Debian's packages: what they send is replayed here,
 * header for header as their documentation has it, to a whole door. The printed
 * configurations for them are held to examples/ by test/snippets/golden.test.ts.
 *
 * @see https://doc.traefik.io/traefik/middlewares/http/forwardauth/
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, statusOf } from '../../proxy/raw-client.ts';
import { Client } from '../client.ts';
import { signIn } from '../people.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';
import { addSomebody } from './somebody.ts';

/** What a browser has sent to the gateway. */
interface Sent {
  readonly method: string;
  readonly target: string;
  readonly lines: readonly string[];
}

const BROWSER = [
  'User-Agent: Mozilla/5.0',
  'Accept: text/html,application/xhtml+xml',
  'Accept-Encoding: gzip, br',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Dest: document',
];

/**
 * Go's client: GET whatever the client's method, no body and no length, every header
 * of the client but the hop-by-hop ones, and the forwarded family set anew.
 */
const asTraefik = ({ method, target, lines }: Sent, port: number) => [
  'GET /_auth/check HTTP/1.1',
  `Host: 127.0.0.1:${port}`,
  ...lines,
  'X-Forwarded-For: 203.0.113.9',
  'X-Forwarded-Host: app.example.com',
  `X-Forwarded-Method: ${method}`,
  'X-Forwarded-Port: 80',
  'X-Forwarded-Proto: http',
  'X-Forwarded-Server: gateway',
  `X-Forwarded-Uri: ${target}`,
  'X-Real-Ip: 203.0.113.9',
  'Accept-Encoding: gzip',
];

const ALLOWED = /^(accept|cookie|origin|sec-fetch-\w+|sec-websocket-version):/i;

/**
 * The client's method and path below `path_prefix`, always its `Host`, always a length
 * of nothing, of the other headers those that `allowed_headers` names, in small letters.
 */
const asEnvoy = ({ method, target, lines }: Sent) => [
  `${method} /_auth/check${target} HTTP/1.1`,
  'host: app.example.com',
  'content-length: 0',
  ...lines
    .filter((line) => ALLOWED.test(line))
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase())),
  'x-forwarded-for: 203.0.113.9',
  'x-forwarded-proto: http',
  'x-envoy-internal: true',
  'x-envoy-expected-rq-timeout-ms: 5000',
];

const RULES = `trusted_proxies: [127.0.0.1]
routes:
  - { host: app.example.com, path: /open, access: public }
  - { host: app.example.com, path: /staff, access: { groups: [staff] } }
  - { host: app.example.com }
`;

describe.each([
  ['traefik', asTraefik],
  ['envoy', asEnvoy],
] as const)('a door asked as %s asks', (gateway, write) => {
  let door: TestDoor;
  let cookie: string;
  beforeAll(async () => {
    const yaml = `forward_auth: ${gateway}\n${RULES}`;
    door = await openTestDoor({ yaml, publicUrl: 'http://app.example.com' });
    const client = new Client(door.origin);
    await signIn(client, await addSomebody(door, 'ada'));
    cookie = client.cookieHeader;
  });
  afterAll(async () => await door[Symbol.asyncDispose]());

  const ask = (method: string, target: string, ...lines: readonly string[]) => {
    const text = write({ method, target, lines: [...BROWSER, ...lines] }, door.port);
    const head = [...text, 'Connection: close'];
    return exchange(door.port, `${head.join('\r\n')}\r\n\r\n`);
  };

  it('lets a person pass, with their name and the cookies that are not ours', async () => {
    const answer = await ask('GET', '/page?a=1', `Cookie: a=1; ${cookie}; b=2`);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toContain('\r\nRemote-User: ada\r\n');
    expect(answer).toContain('\r\nRemote-Groups: \r\n');
    if (gateway === 'traefik') expect(answer).toContain('\r\nCookie: a=1; b=2\r\n');
    else expect(answer).not.toMatch(/\r\ncookie:/i);
  });

  it('leads a stranger to the sign-in page by a redirect of our own', async () => {
    const answer = await ask('GET', '/page?a=1&b=2');
    expect(statusOf(answer)).toBe(302);
    // Traefik reads a Location without a host as one at the address of the check.
    const origin = gateway === 'traefik' ? 'http://app.example.com' : '';
    const login = `${origin}/_auth/login?return_to=%2Fpage%3Fa%3D1%26b%3D2`;
    expect(answer).toContain(`\r\nLocation: ${login}\r\n`);
    expect(answer.toLowerCase()).toContain('\r\ncache-control: no-store\r\n');
  });

  it('answers a program, a form and a refused person in kind', async () => {
    expect(statusOf(await ask('POST', '/form', 'Content-Type: text/plain'))).toBe(401);
    expect(statusOf(await ask('POST', '/form', `Cookie: ${cookie}`))).toBe(200);
    const refused = await ask('GET', '/staff', `Cookie: ${cookie}`);
    expect(statusOf(refused)).toBe(403);
    expect(refused).toContain('You do not have access');
  });

  it('holds a handshake to the origin of the site', async () => {
    const handshake = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
    const from = (origin: string) =>
      ask('GET', '/socket', `Cookie: ${cookie}`, ...handshake, `Origin: ${origin}`);
    expect(statusOf(await from('http://app.example.com'))).toBe(200);
    expect(statusOf(await from('https://evil.example'))).toBe(403);
  });

  it('refuses what a client has added to be believed', async () => {
    const added = await ask('GET', '/staff', `Cookie: ${cookie}`, 'X-Original-URI: /open');
    expect(statusOf(added)).toBe(403);
    const forged = await ask('GET', '/', `Cookie: ${cookie}`, 'Remote_User: root');
    // Envoy refuses underscores before it asks; Traefik leaves that to us.
    expect(statusOf(forged)).toBe(gateway === 'traefik' ? 403 : 200);
    expect(forged).not.toContain('root');
    if (gateway === 'traefik') expect(door.logged()).toContain('look-alike');
  });
});
