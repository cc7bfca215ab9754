import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Route } from '../../src/routing/contract.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from '../proxy/raw-client.ts';
import { startRecordingUpstream } from '../proxy/recording-upstream.ts';
import { HOUR_MS } from '../session/fixtures.ts';
import { type GateServer, setUp, startGate } from './gate-server.ts';

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const OPEN: readonly Partial<Route>[] = [{ access: { kind: 'public' } }];

const ask = (gate: GateServer, ...lines: readonly string[]) =>
  exchange(gate.port, head('GET /ws', ...lines));

/** A real WebSocket server that says back what it hears. */
async function startEcho() {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const cookies: (string | undefined)[] = [];
  sockets.on('connection', (socket, req) => {
    cookies.push(req.headers.cookie);
    socket.on('message', (data) => socket.send(String(data)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    upstream: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    cookies,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('a handshake', () => {
  it('without a session is a written 401 without contact to the upstream', async () => {
    await using door = await setUp();
    const answer = await ask(door.gate, ...UPGRADE);
    expect(statusOf(answer)).toBe(401);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ login: '/_auth/login' });
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('with a dead cookie is a 401 that clears it', async () => {
    await using door = await setUp();
    const { cookie, end } = await door.gate.signIn();
    await end();
    const answer = await ask(door.gate, ...UPGRADE, cookie);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('Set-Cookie: door=; Max-Age=0;');
  });

  it.each([
    ['from a foreign page', [], ['Origin: https://evil.example'], 403],
    ['from a page without an origin', [], ['Origin: null'], 403],
    ['into a group that one is not in', [{ access: { kind: 'groups', groups: ['x'] } }], [], 403],
    ['without a route', [{ path: '/lab' }], [], 404],
    ['to an ambiguous path', [], ['Host: a@b'], 400],
    ['with a body', [], ['Content-Length: 5'], 400],
    ['with a chunked body', [], ['Transfer-Encoding: chunked'], 400],
  ] as [string, Partial<Route>[], string[], number][])(
    '%s is refused and nothing reaches the upstream',
    async (_name, routes, lines, status) => {
      await using door = await setUp(routes.length > 0 ? routes : undefined);
      const { cookie } = await door.gate.signIn();
      expect(statusOf(await ask(door.gate, ...UPGRADE, cookie, ...lines))).toBe(status);
      expect(door.upstream.connections).toHaveLength(0);
    },
  );

  it('a foreign page is refused on public routes too', async () => {
    await using door = await setUp(OPEN);
    expect(statusOf(await ask(door.gate, ...UPGRADE, 'Origin: https://evil.example'))).toBe(403);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('attack: a page that came by http opens none by wss, however a gateway calls that', async () => {
    await using door = await setUp(undefined, { trustedProxies: ['127.0.0.1/32'] });
    const { cookie } = await door.gate.signIn();
    for (const scheme of ['https', 'wss']) {
      const lines = [`X-Forwarded-Proto: ${scheme}`, 'Origin: http://app.example.com', cookie];
      expect(statusOf(await ask(door.gate, ...UPGRADE, ...lines))).toBe(403);
    }
    expect(door.upstream.connections).toHaveLength(0);
  });

  it.each([
    ['to HTTP/2', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA']],
    ['to another protocol', ['Connection: Upgrade', 'Upgrade: TLS/1.2']],
    ['to a choice', ['Connection: Upgrade', 'Upgrade: websocket, h2c']],
    ['to two', ['Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c']],
  ])('%s is 501', async (_name, lines) => {
    await using door = await setUp(OPEN);
    expect(statusOf(await ask(door.gate, ...lines))).toBe(501);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('by another method is 501', async () => {
    await using door = await setUp(OPEN);
    const answer = await exchange(door.gate.port, head('POST /ws', ...UPGRADE));
    expect(statusOf(answer)).toBe(501);
  });

  it.each(['/_auth', '/_auth/login'])(
    'at %s, where no WebSocket lives, is answered',
    async (path) => {
      await using door = await setUp(OPEN);
      expect(statusOf(await exchange(door.gate.port, head(`GET ${path}`, ...UPGRADE)))).toBe(404);
      expect(door.upstream.connections).toHaveLength(0);
    },
  );

  it('with a body is refused before it is known whose it is', async () => {
    await using door = await setUp(OPEN);
    const request = head('GET /_auth', ...UPGRADE, 'Content-Length: 5');
    expect(statusOf(await exchange(door.gate.port, request))).toBe(400);
  });

  it('reset while its session is being opened ends nothing but itself', async () => {
    await using healthy = await setUp();
    const opened = Promise.withResolvers<{ kind: 'none' }>();
    const asked = Promise.withResolvers<void>();
    const open = () => {
      asked.resolve();
      return opened.promise;
    };
    const { sessions } = healthy.gate;
    const hanging = Object.defineProperty(Object.create(sessions), 'open', { value: open });
    await using door = await setUp(OPEN, { sessions: hanging });
    await using client = await RawClient.open(door.gate.port, head('GET /ws', ...UPGRADE));
    await asked.promise;
    client.reset();
    await client.closed;
    await exchange(door.gate.port, head('GET /_auth', 'Connection: close'));
    opened.resolve({ kind: 'none' });
    await exchange(door.gate.port, head('GET /_auth', 'Connection: close'));
    expect(door.gate.reports.map((r) => r.outcome)).not.toContain('forward');
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('reset right after it was sent, a hundred times, ends nothing', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    for (let n = 0; n < 100; n++) {
      const client = await RawClient.open(door.gate.port, head('GET /ws', ...UPGRADE, cookie));
      client.reset();
      await client.closed;
    }
    const answer = await exchange(door.gate.port, head('GET /_auth', 'Connection: close'));
    expect(statusOf(answer)).toBe(200);
  });
});

describe('a WebSocket', () => {
  async function open() {
    await using stack = new AsyncDisposableStack();
    const echo = stack.use(await startEcho());
    const gate = stack.use(await startGate(echo.upstream));
    const { cookie, end } = await gate.signIn();
    const url = `ws://127.0.0.1:${gate.port}/ws`;
    const headers = { Cookie: `${cookie.replace('Cookie: ', '')}; theirs=1` };
    const socket = new WebSocket(url, { headers, origin: `http://127.0.0.1:${gate.port}` });
    stack.defer(() => socket.terminate());
    await once(socket, 'open');
    const owned = stack.move();
    return { echo, gate, end, socket, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  it('of a signed-in person works both ways, without our cookie', async () => {
    await using door = await open();
    door.socket.send('hello');
    const [message] = await once(door.socket, 'message');
    expect(String(message)).toBe('hello');
    expect(door.echo.cookies).toEqual(['theirs=1']);
  });

  it('is closed with 1008 when its session is ended', async () => {
    await using door = await open();
    const closed = once(door.socket, 'close');
    await door.end();
    expect((await closed)[0]).toBe(1008);
    expect(door.gate.sessions.sizes.watches).toBe(0);
  });

  it('is closed with 1008 when its session expires', async () => {
    await using door = await open();
    const closed = once(door.socket, 'close');
    door.gate.clock.advance(8 * HOUR_MS);
    await door.gate.sessions.poll();
    expect((await closed)[0]).toBe(1008);
  });

  it('that has ended by itself is no longer watched', async () => {
    await using door = await open();
    expect(door.gate.sessions.sizes.watches).toBe(1);
    door.socket.close();
    await expect.poll(() => door.gate.sessions.sizes.watches).toBe(0);
  });
});

it('an event stream ends when its session is ended', async () => {
  await using upstream = await startRecordingUpstream((connection) => {
    connection.socket.once('data', () => {
      connection.socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: first\n\n',
      );
    });
  });
  await using gate = await startGate(upstream.upstream);
  const { cookie, end } = await gate.signIn();
  await using client = await RawClient.open(gate.port, head('GET /events', cookie));
  await client.until((received) => received.includes('first'));
  await end();
  await client.toEnd();
  await (await upstream.connection(0)).closed;
  expect(gate.sessions.sizes.watches).toBe(0);
});
