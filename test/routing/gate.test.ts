import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../../src/core/errors.ts';
import type { Route } from '../../src/routing/contract.ts';
import type { GateDeps } from '../../src/routing/gate.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from '../proxy/raw-client.ts';
import { startRecordingUpstream } from '../proxy/recording-upstream.ts';
import { HOUR_MS } from '../session/fixtures.ts';
import { CLOSE, setUp, startGate } from './gate-server.ts';

const HTML = 'Accept: text/html';

describe('a stranger', () => {
  it('navigating is led to the sign-in page and back, nothing reaches the upstream', async () => {
    await using door = await setUp();
    const answer = await door.ask('GET /lab?a=1&b=%2F', HTML);
    expect(statusOf(answer)).toBe(302);
    expect(answer).toContain('Location: /_auth/login?return_to=%2Flab%3Fa%3D1%26b%3D%252F\r\n');
    expect(answer).toContain('Cache-Control: no-store\r\n');
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('fetching gets 401 with the way to sign in', async () => {
    await using door = await setUp();
    const answer = await door.ask('GET /api', 'Accept: application/json');
    expect(statusOf(answer)).toBe(401);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ login: '/_auth/login?return_to=%2Fapi' });
  });

  it('posting is not led back to a request that cannot be repeated', async () => {
    await using door = await setUp();
    const answer = await door.ask('POST /api', 'Content-Length: 2');
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ login: '/_auth/login' });
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('passes a public route, without an identity', async () => {
    await using door = await setUp([{ access: { kind: 'public' } }]);
    expect(statusOf(await door.ask('GET /', 'Remote-User: root', 'Remote_Groups: admin'))).toBe(
      200,
    );
    expect(door.upstream.received()).not.toMatch(/remote.(user|groups)/i);
  });

  it.each(['X-Forwarded-User: ada', 'X-Original-URL: /_auth/login', 'X-Forwarded-For: 127.0.0.1'])(
    'is not let in by %s',
    async (line) => {
      await using door = await setUp();
      expect(statusOf(await door.ask('GET /', line))).toBe(401);
    },
  );
});

describe('a signed-in person', () => {
  it('reaches the upstream with bytes unchanged and under our name for them', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn(['lab', 'x']);
    const answer = await door.ask('GET /a%20b/../c;d?e=%2e', `${cookie}; theirs=1`, 'Host: App:80');
    expect(statusOf(answer)).toBe(200);
    const seen = door.upstream.received();
    expect(seen).toMatch(/^GET \/a%20b\/\.\.\/c;d\?e=%2e HTTP\/1\.1\r\n/);
    expect(seen).toContain('\r\nRemote-User: ada\r\nRemote-Groups: lab,x\r\n');
    expect(seen).toContain('\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n');
    expect(seen).toContain('\r\nX-Forwarded-Host: app\r\n');
    expect(seen).toContain('\r\nX-Request-Id: r1\r\n');
    expect(seen).toMatch(/\r\nCookie: theirs=1\r\n/i);
  });

  it('is nobody from the moment the session ends', async () => {
    await using door = await setUp();
    const { cookie, end } = await door.gate.signIn();
    expect(statusOf(await door.ask('GET /', cookie))).toBe(200);
    await end();
    const answer = await door.ask('GET /', cookie);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('Set-Cookie: door=; Max-Age=0;');
    expect(door.upstream.requestLines()).toHaveLength(1);
  });

  it('without the group is told which one is missing', async () => {
    await using door = await setUp([{ access: { kind: 'groups', groups: ['admin'] } }]);
    const { cookie } = await door.gate.signIn(['lab']);
    const answer = await door.ask('GET /', cookie);
    expect(statusOf(answer)).toBe(403);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ missing_groups: ['admin'] });
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('gets a renewed cookie with an ordinary answer after half of the idle time', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    expect(await door.ask('GET /', cookie)).not.toContain('Set-Cookie');
    door.gate.clock.advance(4 * HOUR_MS);
    await door.gate.sessions.poll();
    const answer = await door.ask('GET /', cookie);
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/\r\nSet-Cookie: door=Fe26\.2/i);
    expect(door.upstream.received()).not.toContain('Fe26');
  });

  it('is unknown while the store is silent beyond the grace: 503, nothing passes', async () => {
    await using door = await setUp([{ path: '/open', access: { kind: 'public' } }, {}]);
    const { cookie } = await door.gate.signIn();
    door.gate.shared.state.isDown = true;
    door.gate.clock.advance(60_001);
    const answer = await door.ask('GET /', cookie);
    expect(statusOf(answer)).toBe(503);
    expect(answer).toContain('Retry-After: 5\r\n');
    expect(door.upstream.connections).toHaveLength(0);
    expect(statusOf(await door.ask('GET /open', cookie))).toBe(200);
    expect(door.upstream.received()).not.toContain('Remote-User');
  });
});

describe('a cookie that opens nothing', () => {
  it.each([
    ['rubbish', 'Cookie: door=rubbish'],
    ['two of them', 'Cookie: door=a; door=b'],
    ['a look-alike', 'Cookie: __Host-door=a'],
  ])('%s is cleared, on public routes too', async (_name, line) => {
    await using door = await setUp([{ path: '/open', access: { kind: 'public' } }, {}]);
    for (const [path, status] of [
      ['/open', 200],
      ['/', 401],
    ] as const) {
      const answer = await door.ask(`GET ${path}`, line);
      expect(statusOf(answer)).toBe(status);
      expect(answer.match(/set-cookie: door=; Max-Age=0;/gi)).toHaveLength(1);
    }
  });
});

describe('without a route', () => {
  it('nothing is forwarded, by default too', async () => {
    await using door = await setUp([{ path: '/lab' }]);
    const { cookie } = await door.gate.signIn(['admin']);
    for (const path of ['/', '/labs']) {
      expect(statusOf(await door.ask(`GET ${path}`, cookie))).toBe(404);
    }
    expect(statusOf(await door.ask('GET /LAB', cookie))).toBe(400);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('for its host, a request is misdirected', async () => {
    await using door = await setUp([{ host: 'app.example.com', access: { kind: 'public' } }]);
    expect(statusOf(await door.ask('GET /', 'Host: app.example.com.'))).toBe(200);
    expect(statusOf(await door.ask('GET /', 'Host: APP.example.com:8080'))).toBe(200);
    for (const host of ['app.example.com.evil', 'xapp.example.com', 'example.com']) {
      expect(statusOf(await door.ask('GET /', `Host: ${host}`))).toBe(421);
    }
    expect(statusOf(await door.ask('GET /_auth/login', 'Host: 10.0.0.1'))).toBe(200);
  });

  it('that lets anybody pass, 403 is for everybody and mentions no sign-in', async () => {
    await using door = await setUp([{ access: { kind: 'deny' }, upstream: undefined }]);
    const { cookie } = await door.gate.signIn(['admin']);
    for (const lines of [[], [cookie]]) {
      const answer = await door.ask('GET /', ...lines);
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toContain('/_auth/login');
    }
  });
});

describe('the door’s own pages', () => {
  it.each(['/_auth', '/_auth/', '/_auth?x', '/_auth/login?return_to=%2F'])(
    '%s are ours, for strangers too',
    async (target) => {
      await using door = await setUp();
      expect(bodyOf(await door.ask(`GET ${target}`))).toBe('own page');
      expect(door.gate.own[0]).toMatchObject({ target, host: 'app.example.com', scheme: 'http' });
    },
  );

  it.each([
    ['/_authx', 200],
    ['/_AUTH/login', 200],
    ['/x/_auth/login', 200],
    ['/%5fauth', 400],
    ['//_auth', 400],
    ['/x/../_auth/login', 400],
  ])('%s is not: %i', async (target, status) => {
    await using door = await setUp([{ access: { kind: 'public' } }]);
    expect(statusOf(await door.ask(`GET ${target}`))).toBe(status);
    expect(door.gate.own).toHaveLength(0);
    expect(door.upstream.requestLines()).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('a host with a dot at its end', () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];

  it.each([
    ['app.example.com.', [], 'app.example.com'],
    ['App.example.com.:8080', [], 'app.example.com:8080'],
    ['app.example.com.', upgrade, 'app.example.com'],
    ['App.example.com:8080', [], 'App.example.com:8080'],
  ])('attack: %s %j reaches the upstream as the host of the rule', async (host, lines, seen) => {
    const routes = [{ host: 'app.example.com', access: { kind: 'public' } }] as const;
    await using door = await setUp(routes);
    await using _ = await RawClient.open(door.gate.port, head('GET /', `Host: ${host}`, ...lines));
    await (await door.upstream.connection(0)).head();
    expect(door.upstream.received().match(/^host: (.*)$/gim)).toEqual([
      expect.stringMatching(new RegExp(`^host: ${seen}$`, 'i')),
    ]);
  });
});

describe('behind a listed peer', () => {
  const listed = { trustedProxies: ['127.0.0.0/8'] };
  const lines = [
    'X-Forwarded-For: 6.6.6.6, 192.0.2.1',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: App.example.com:443',
    'X-Request-Id: from-the-peer',
  ];

  it('address, scheme, host and request id are what it says', async () => {
    await using door = await setUp(
      [{ host: 'app.example.com', access: { kind: 'public' } }],
      listed,
    );
    expect(statusOf(await door.ask('GET /', 'Host: internal:8080', ...lines))).toBe(200);
    expect(door.gate.reports[0]?.context).toEqual({
      requestId: 'from-the-peer',
      clientAddress: '192.0.2.1',
      scheme: 'https',
      host: 'app.example.com',
      isHostOurs: true,
      target: '/',
      path: '/',
    });
    const seen = door.upstream.received();
    expect(seen).toContain('\r\nX-Forwarded-For: 192.0.2.1, 127.0.0.1\r\n');
    expect(seen.match(/^host: .*$/gim)).toEqual(['host: app.example.com']);
    expect(seen).not.toContain('6.6.6.6');
  });

  it('nobody chooses the rule of one host and the site of another', async () => {
    const routes: Partial<Route>[] = [
      { host: 'public.example.com', access: { kind: 'public' } },
      { host: 'admin.example.com', access: { kind: 'groups', groups: ['admin'] } },
    ];
    await using door = await setUp(routes, listed);
    const crossed = ['Host: admin.example.com', 'X-Forwarded-Host: public.example.com'];
    await door.ask('GET /', ...crossed);
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    await using _ = await RawClient.open(door.gate.port, head('GET /ws', ...crossed, ...upgrade));
    await (await door.upstream.connection(1)).head();
    expect(door.upstream.requestLines()).toHaveLength(2);
    expect(door.upstream.received().match(/^host: .*$/gim)).toEqual([
      expect.stringMatching(/^host: public\.example\.com$/i),
      expect.stringMatching(/^host: public\.example\.com$/i),
    ]);
  });

  it('malformed values count for nothing', async () => {
    await using door = await setUp([{ access: { kind: 'public' } }], listed);
    await door.ask('GET /', 'X-Forwarded-For: x', 'X-Forwarded-Proto: ws', 'X-Forwarded-Host: a b');
    expect(door.gate.reports[0]?.context).toMatchObject({
      clientAddress: '127.0.0.1',
      scheme: 'http',
      host: 'app.example.com',
    });
  });

  it('public_url decides about the scheme', async () => {
    const publicUrl = new URL('http://door.example.com');
    await using door = await setUp([{ access: { kind: 'public' } }], { ...listed, publicUrl });
    await door.ask('GET /', ...lines);
    expect(door.gate.reports[0]?.context?.scheme).toBe('http');
  });

  it('from anybody else the same lines count for nothing and go no further', async () => {
    await using door = await setUp([{ access: { kind: 'public' } }]);
    await door.ask('GET /', ...lines);
    expect(door.gate.reports[0]?.context).toMatchObject({
      requestId: 'r1',
      clientAddress: '127.0.0.1',
      scheme: 'http',
      host: 'app.example.com',
    });
    expect(door.upstream.received()).not.toMatch(/192\.0\.2\.1|from-the-peer|https/);
  });
});

describe('whatever breaks on the way fails closed', () => {
  const broken = (cause: unknown): never => {
    throw cause;
  };

  it.each([
    ['a throwing session', 500, () => broken(new Error('x'))],
    ['a rejecting session', 500, () => Promise.reject(new Error('x'))],
    ['a dead store', 503, () => Promise.reject(new DoorError('E_STORE_DOWN', 'x'))],
  ])('%s', async (_name, status, open) => {
    await using upstream = await startRecordingUpstream();
    await using healthy = await startGate(upstream.upstream);
    const sessions = Object.defineProperty(Object.create(healthy.sessions), 'open', {
      value: open,
    });
    await using gate = await startGate(upstream.upstream, [{}], { sessions });
    expect(statusOf(await exchange(gate.port, head('GET /', CLOSE)))).toBe(status);
    const handshake = head('GET /', 'Connection: upgrade', 'Upgrade: websocket');
    expect(statusOf(await exchange(gate.port, handshake))).toBe(status);
    expect(upstream.connections).toHaveLength(0);
    expect(gate.reports[0]?.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['our pages', '/_auth/', { auth: () => broken(new Error('x')) }],
    [
      'the forwarder',
      '/',
      { forwarder: { forward: () => broken(new Error('x')), forwardUpgrade: () => {} } },
    ],
    ['the report', '/', { report: () => broken(new Error('x')) }],
  ])('%s', async (_name, target, changes) => {
    await using door = await setUp([{ access: { kind: 'public' } }], changes);
    const answer = await door.ask(`GET ${target}`);
    expect(['', 500]).toContain(answer === '' ? '' : statusOf(answer));
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('a forwarder that breaks in the middle of a handshake', async () => {
    const forwarder: GateDeps['forwarder'] = {
      forward: () => {},
      forwardUpgrade(_req, socket) {
        socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
        broken(new Error('x'));
      },
    };
    await using door = await setUp([{ access: { kind: 'public' } }], { forwarder });
    const handshake = head('GET /', 'Connection: upgrade', 'Upgrade: websocket');
    // A status line behind the 101 would be read as frames.
    expect(await exchange(door.gate.port, handshake)).not.toContain('500');
  });

  it.each([
    ['a page of the door', 'GET /_auth/'],
    ['a refusal', 'GET /'],
  ])('attack: a client that never reads %s is let go of', async (_, line) => {
    const tooMuch = Buffer.alloc(32 * 1024 * 1024);
    const answered: ServerResponse[] = [];
    const answer = (_req: unknown, res: ServerResponse) => {
      answered.push(res.end(tooMuch));
    };
    const failures = { render: answer, renderUpgrade: () => {} };
    await using door = await setUp([{}], { auth: answer, failures, answerTimeoutMs: 300 });
    await using client = await RawClient.open(door.gate.port);
    client.socket.pause();
    client.write(head(line));
    while (answered.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await once(answered[0]!, 'close');
    expect(answered[0]?.writableFinished).toBe(false);
  });

  it('a route without an upstream', async () => {
    await using door = await setUp([{ access: { kind: 'public' }, upstream: undefined }]);
    expect(statusOf(await door.ask('GET /'))).toBe(500);
  });
});
