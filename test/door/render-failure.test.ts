import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { wordsFor } from '../../src/auth/messages.ts';
import { type ErrorCode, STATUS } from '../../src/core/errors.ts';
import { createFailureRenderer } from '../../src/door/render-failure.tsx';
import type { Failure } from '../../src/routing/contract.ts';

const CODES = Object.keys(STATUS) as ErrorCode[];
const NAVIGATION = {
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};
const FETCH = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const context = {
  requestId: 'r-1',
  clientAddress: '192.0.2.1',
  scheme: 'https',
  host: 'tools.example.com',
  target: '/lab?x=1',
  path: '/lab',
} as const;

/** A server that fails every request and every upgrade in one way. */
async function failing(failure: Failure, isSecure = false) {
  const publicUrl = new URL(`https://${context.host}`);
  const renderer = createFailureRenderer({ prefix: '/_auth', isSecure, publicUrl });
  const server = createServer((req, res) => renderer.render(req, res, failure));
  server.on('upgrade', (req, socket) => renderer.renderUpgrade(req, socket, failure));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    ask: (headers: Record<string, string>, method = 'GET') => ask(port, { headers, method }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(
  port: number,
  { headers, method }: { headers: Record<string, string>; method: string },
) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const req = request({ port, host: '127.0.0.1', method, headers }, (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }));
      });
      req.on('error', reject);
      req.end();
    },
  );
}

describe('every code', () => {
  it.each(CODES)('%s is a page for people and JSON for programs, never stored', async (code) => {
    await using server = await failing({ code, context });
    const page = await server.ask(NAVIGATION);
    expect(page.status).toBe(STATUS[code]);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(`<h1>${wordsFor({ code }).title}</h1>`);
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    const json = await server.ask(FETCH);
    expect(json.status).toBe(STATUS[code]);
    expect(JSON.parse(json.text)).toMatchObject({ error: code });
    for (const { headers } of [page, json]) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    const head = await server.ask(NAVIGATION, 'HEAD');
    expect([head.status, head.text]).toEqual([STATUS[code], '']);
    expect(head.headers['content-length']).toBe(page.headers['content-length']);
  });
});

describe('somebody who is not signed in', () => {
  const loginUrl = '/_auth/login?return_to=%2Flab%3Fx%3D1';
  const failure = {
    ...({ code: 'E_UNAUTHENTICATED', context, loginUrl } as const),
    setCookies: ['sallyport=; Max-Age=0; Path=/', 'sallyport=; Max-Age=0; Domain=example.com'],
  };

  it('is led to the sign-in page when navigating', async () => {
    await using server = await failing(failure);
    const answer = await server.ask(NAVIGATION);
    expect([answer.status, answer.headers.location, answer.text]).toEqual([302, loginUrl, '']);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toEqual(failure.setCookies);
  });

  it.each([
    ['fetch', 'GET', FETCH],
    ['a fetch that posts', 'POST', FETCH],
    [
      'a manifest',
      'GET',
      { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'manifest' },
    ],
    ['a tool', 'GET', { accept: 'application/json' }],
  ] as const)('gets 401 with the address as JSON: %s', async (_, method, headers) => {
    await using server = await failing(failure);
    const answer = await server.ask(headers, method);
    expect(answer.status).toBe(401);
    expect(answer.headers.location).toBeUndefined();
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'E_UNAUTHENTICATED', login: loginUrl });
    expect(answer.headers['set-cookie']).toEqual(failure.setCookies);
  });
});

describe('a posted form', () => {
  const loginUrl = '/_auth/login';

  it('gets a page that keeps it: the way in is a new tab, and a reload sends it again', async () => {
    await using server = await failing({ code: 'E_UNAUTHENTICATED', context, loginUrl });
    const { status, headers, text } = await server.ask(NAVIGATION, 'POST');
    expect([status, headers.location]).toEqual([401, undefined]);
    expect(text).toContain('href="/_auth/login" target="_blank"');
    expect(text).toContain('reload this page');
  });

  it('is offered no link that would lose it', async () => {
    await using server = await failing({ code: 'E_UPSTREAM_UNREACHABLE', context });
    const { text } = await server.ask(NAVIGATION, 'POST');
    expect(text).toContain('Reloading this page sends the form again.');
    expect(text).not.toContain('Try again</a>');
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://sibling.example.com' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('attack: nobody is talked into sending what another site has written: %j', async (from) => {
    await using server = await failing({ code: 'E_UNAUTHENTICATED', context, loginUrl });
    const { status, text } = await server.ask({ ...NAVIGATION, ...from }, 'POST');
    expect(status).toBe(401);
    expect(text).toContain('Another site has sent a form here');
    expect(text).not.toMatch(/sign in in a new tab|sends? it again/i);
    await using down = await failing({ code: 'E_UPSTREAM_UNREACHABLE', context });
    expect((await down.ask({ ...NAVIGATION, ...from }, 'POST')).text).not.toMatch(/reloading/i);
  });

  it.each([
    { 'sec-fetch-site': 'same-origin', origin: `https://${context.host}` },
    { origin: `https://${context.host}` },
  ])('is kept where it was written on a page of this site: %j', async (from) => {
    await using server = await failing({ code: 'E_UNAUTHENTICATED', context, loginUrl });
    expect((await server.ask({ ...NAVIGATION, ...from }, 'POST')).text).toMatch(/sends it again/);
  });

  it('is what it was before a gateway asked', async () => {
    await using server = await failing({ code: 'E_UNAUTHENTICATED', method: 'POST', loginUrl });
    expect((await server.ask(NAVIGATION)).status).toBe(401);
  });
});

describe('the page', () => {
  it('does not send somebody to another account where none would do', async () => {
    await using server = await failing({ code: 'E_FORBIDDEN', context });
    const { text } = await server.ask(NAVIGATION);
    expect(text).toContain('<h1>This address is closed</h1>');
    expect(text).not.toContain('someone else');
  });

  it('names the missing groups, who is signed in and the way to be someone else', async () => {
    const identity = { id: '1', name: '<ada>', groups: [] };
    await using server = await failing({
      ...{ code: 'E_FORBIDDEN', context, identity, missingGroups: ['lab', 'admin'] },
    });
    const { text } = await server.ask(NAVIGATION);
    expect(text).toContain('<li>lab</li><li>admin</li>');
    expect(text).toContain('&lt;ada>');
    expect(text).toContain('href="/_auth/logout?return_to=%2Flab%3Fx%3D1"');
  });

  it('offers to try again at the address, never at another site', async () => {
    await using server = await failing({
      ...{ code: 'E_UPSTREAM_UNREACHABLE', context: { ...context, target: '//evil.example' } },
    });
    const { text } = await server.ask(NAVIGATION);
    expect(text).toContain('Try again');
    expect(text).not.toContain('evil');
    expect(text).toContain('r-1');
  });
});

describe('the front page of the door’s own host, where no tool is', () => {
  const front = { ...context, target: '/', path: '/' };

  it.each(['E_HOST_UNKNOWN', 'E_UNROUTED'] as const)(
    'leads people to their account: %s',
    async (code) => {
      await using server = await failing({ code, context: front });
      const answer = await server.ask(NAVIGATION);
      expect([answer.status, answer.headers.location]).toEqual([302, '/_auth/']);
      expect((await server.ask(FETCH)).status).toBe(STATUS[code]);
      expect((await server.ask(NAVIGATION, 'POST')).status).toBe(STATUS[code]);
    },
  );

  it.each([
    ['another path', { code: 'E_UNROUTED', context }],
    ['another host', { code: 'E_HOST_UNKNOWN', context: { ...front, host: 'evil.example' } }],
    ['another reason', { code: 'E_FORBIDDEN', context: front }],
  ] as const)('is no rule for %s', async (_, failure) => {
    await using server = await failing(failure);
    expect((await server.ask(NAVIGATION)).status).toBe(STATUS[failure.code]);
  });
});

describe('headers that go with a code', () => {
  it.each([
    ['E_FRAMING'],
    ['E_TARGET_MALFORMED'],
    ['E_HOST_INVALID'],
    ['E_HEADERS_TOO_LARGE'],
    ['E_BODY_TOO_LARGE'],
  ] as const)('%s ends the connection', async (code) => {
    await using server = await failing({ code });
    expect((await server.ask(FETCH)).headers.connection).toBe('close');
  });

  it('405 names methods, 503 and a throttle say how long to wait', async () => {
    await using refused = await failing({ code: 'E_METHOD_REFUSED' });
    expect((await refused.ask(FETCH)).headers.allow).toContain('GET');
    await using busy = await failing({ code: 'E_STORE_DOWN' });
    expect(Number((await busy.ask(FETCH)).headers['retry-after'])).toBeGreaterThan(0);
    await using throttled = await failing({ code: 'E_THROTTLED', retryAfterSec: 17 });
    expect((await throttled.ask(NAVIGATION)).headers['retry-after']).toBe('17');
  });

  it('HSTS only where browsers come by https', async () => {
    await using plain = await failing({ code: 'E_UNROUTED' });
    expect((await plain.ask(FETCH)).headers).not.toHaveProperty('strict-transport-security');
    await using secure = await failing({ code: 'E_UNROUTED' }, true);
    expect((await secure.ask(FETCH)).headers).toHaveProperty('strict-transport-security');
  });
});

describe('an upgrade', () => {
  const HANDSHAKE =
    'GET /ws HTTP/1.1\r\nHost: tools.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  it('is answered whole with JSON, then the socket ends', async () => {
    const setCookies = ['sallyport=; Max-Age=0', 'other=; Max-Age=0'];
    const loginUrl = '/_auth/login';
    await using server = await failing({
      ...{ code: 'E_UNAUTHENTICATED', context, loginUrl, setCookies },
    });
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.write(HANDSHAKE);
    await new Promise((resolve) => socket.once('end', resolve));
    const [head, body] = text.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(head).toContain('\r\nConnection: close');
    expect(head).toContain('\r\nCache-Control: no-store');
    expect(head).toContain(
      '\r\nSet-Cookie: sallyport=; Max-Age=0\r\nSet-Cookie: other=; Max-Age=0',
    );
    expect(head).toContain(`\r\nContent-Length: ${body!.length}`);
    expect(JSON.parse(body!)).toMatchObject({ error: 'E_UNAUTHENTICATED', login: loginUrl });
  });

  it('that is reset at once harms nobody', async () => {
    await using server = await failing({ code: 'E_UNAUTHENTICATED' });
    for (let times = 0; times < 20; times += 1) {
      const socket = connect(server.port, '127.0.0.1');
      await new Promise((resolve) => socket.write(HANDSHAKE, resolve));
      socket.resetAndDestroy();
    }
    expect((await server.ask(FETCH)).status).toBe(401);
  });
});

describe('an answer that has begun', () => {
  it('is cut, not continued with ours', async () => {
    const renderer = createFailureRenderer({ prefix: '/_auth', isSecure: false });
    const server = createServer((req, res) => {
      res.write('the first half', () => renderer.render(req, res, { code: 'E_UPSTREAM_PROTOCOL' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    await expect(fetch(url).then((res) => res.text())).rejects.toThrow();
    await new Promise((resolve) => server.close(resolve));
  });
});
