import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import {
  answerAndEnd,
  answerEach,
  type Behaviour,
  startRecordingUpstream,
} from './recording-upstream.ts';

const HANDSHAKE = head(
  'GET /chat?x=%2f',
  'Connection: keep-alive, Upgrade',
  'Upgrade: WebSocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: a, b',
);
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n';

/** Switches and then echoes bytes. */
const echo: Behaviour = (connection) => {
  connection.socket.once('data', () => {
    connection.socket.write(`${SWITCHED}\r\n`);
    connection.socket.on('data', (chunk: Buffer) => connection.socket.write(chunk));
  });
};
const silent: Behaviour = () => undefined;

/** Two seconds, and as much again for a busy machine. */
const ENDED_WITHIN_MS = 4_000;

const isSwitched = (received: string) =>
  received.startsWith('HTTP/1.1 101') && received.includes('\r\n\r\n');

describe('a WebSocket handshake', () => {
  it('goes through the same passes as a request', async () => {
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, { vouched: [['Remote-User', 'ada']] });
    const request = HANDSHAKE.replace(
      '\r\n\r\n',
      '\r\nCookie: sallyport=SECRET; a=1\r\nCookie: __host-sallyport=SECRET\r\nRemote_User: evil\r\n' +
        'Proxy-Authorization: evil\r\nX-Forwarded-For: evil\r\nTE: evil\r\nX-Two: 1\r\nx-two: 2\r\n\r\n',
    );
    await using client = await RawClient.open(door.port, request);
    await client.until(isSwitched);
    const seen = upstream.received();
    expect(seen).not.toMatch(/SECRET|evil/);
    expect(seen).toMatch(/^GET \/chat\?x=%2f HTTP\/1\.1\r\n/);
    expect(seen.match(/^(?:connection|upgrade|cookie|remote-user|x-two|host): .*$/gim)).toEqual([
      'Host: app.example.com',
      'Cookie: a=1',
      'X-Two: 1',
      'X-Two: 2',
      'Remote-User: ada',
      'connection: Upgrade',
      'upgrade: websocket',
    ]);
  });

  it('answers with a clean 101', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () =>
        socket.write(
          SWITCHED.replace('Connection: Upgrade', 'Connection: Upgrade, X-Inner') +
            'X-Inner: 1\r\nKeep-Alive: timeout=77\r\nProxy-Authenticate: x\r\nSet-Cookie: sallyport=evil\r\n' +
            'Set-Cookie: a=1\r\nSec-WebSocket-Protocol: b\r\n\r\n',
        ),
      );
    });
    await using door = await startDoor(upstream.upstream, { setCookies: ['sallyport=renewed'] });
    await using client = await RawClient.open(door.port, HANDSHAKE);
    const answer = await client.until(isSwitched);
    expect(answer).not.toMatch(/inner|timeout=77|proxy-auth|evil/i);
    expect(answer).toMatch(/^upgrade: websocket\r$/im);
    expect(answer).toMatch(/^connection: upgrade\r$/im);
    expect(answer).toMatch(/^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im);
    expect(answer).toMatch(/^sec-websocket-protocol: b\r$/im);
    expect(answer.match(/^set-cookie: .*$/gim)).toEqual([
      'set-cookie: a=1',
      'set-cookie: sallyport=renewed',
    ]);
  });

  it('keeps bytes that came with it, on both sides', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.write(`${SWITCHED}\r\nearly-answer`));
    });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, `${HANDSHAKE}early-bytes`);
    await client.until((received) => received.endsWith('early-answer'));
    const connection = await upstream.connection(0);
    await connection.until((received) => received.endsWith('early-bytes'));
  });

  it.each([
    [
      'a length',
      'HTTP/1.1 403 Forbidden\r\nConnection: X-Inner\r\nX-Inner: 1\r\nSet-Cookie: sallyport=evil\r\nContent-Length: 2\r\n\r\nno',
      'no',
    ],
    [
      'chunks',
      'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      '2\r\nno\r\n0\r\n\r\n',
    ],
    ['the end of the connection', 'HTTP/1.1 403 Forbidden\r\n\r\nno', 'no'],
  ])('refused with %s is passed on as a normal answer', async (_name, answer, body) => {
    await using upstream = await startRecordingUpstream(answerAndEnd(answer));
    await using door = await startDoor(upstream.upstream);
    const received = await exchange(door.port, HANDSHAKE);
    expect(statusOf(received)).toBe(403);
    expect(bodyOf(received)).toBe(body);
    expect(received).not.toMatch(/inner|evil/i);
  });

  it('refused and then cut mid-body resets the client', async () => {
    await using upstream = await startRecordingUpstream(
      answerAndEnd('HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nhalf'),
    );
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.toEnd();
    expect(client.ending).toBe('reset');
  });

  it('is never switched to another protocol', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
    );
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.toEnd();
    expect(client.received).not.toContain('101');
    expect(door.failures).toEqual(['E_UPSTREAM_PROTOCOL']);
  });

  it.each([
    ['a length', 'Content-Length: 5'],
    ['chunks', 'Transfer-Encoding: chunked'],
  ])('with %s is refused: its bytes would be a request to somebody', async (_name, line) => {
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream);
    const request = HANDSHAKE.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
    expect(statusOf(await exchange(door.port, `${request}hello`))).toBe(400);
    expect(upstream.connections).toHaveLength(0);
  });

  it.each([
    ['nobody listens', 'E_UPSTREAM_UNREACHABLE', undefined],
    ['the upstream resets', 'E_UPSTREAM_UNREACHABLE', ({ socket }) => socket.resetAndDestroy()],
    ['the upstream answers no HTTP', 'E_UPSTREAM_PROTOCOL', answerEach('SSH-2.0\r\n')],
  ] satisfies [string, string, Behaviour | undefined][])(
    '502 when %s',
    async (_name, code, behave) => {
      await using upstream = await startRecordingUpstream(behave ?? silent);
      const nobody = { origin: `http://127.0.0.1:${await freePort()}` };
      await using door = await startDoor(behave === undefined ? nobody : upstream.upstream);
      expect(statusOf(await exchange(door.port, HANDSHAKE))).toBe(502);
      expect(door.failures).toEqual([code]);
    },
  );

  it('504 when the upstream is silent', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream, {
      limits: { connectTimeoutMs: 50, firstByteTimeoutMs: 50 },
    });
    expect(statusOf(await exchange(door.port, HANDSHAKE))).toBe(504);
    const connection = await upstream.connection(0);
    await connection.closed;
  });
});

describe('an open WebSocket', () => {
  it('ends with its session: close frame 1008, then the connection, upstream first', async () => {
    let end = (): void => undefined;
    let forgotten = 0;
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        end = close;
        return () => {
          forgotten += 1;
        };
      },
    });
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    const startedAt = performance.now();
    end();
    await client.toEnd();
    await (await upstream.connection(0)).closed;
    expect(bodyOf(client.received)).toBe('\x88\x02\x03\xf0');
    expect(performance.now() - startedAt).toBeLessThan(ENDED_WITHIN_MS);
    expect(forgotten).toBe(1);
  });

  it('whose session ended during the handshake is told so after the 101', async () => {
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        close();
        return () => undefined;
      },
    });
    const received = await exchange(door.port, HANDSHAKE);
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
    expect(bodyOf(received)).toBe('\x88\x02\x03\xf0');
    await (await upstream.connection(0)).closed;
  });

  it('ends within two seconds also for a client that neither reads nor answers', async () => {
    let end = (): void => undefined;
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, {
      onLive: (close) => {
        end = close;
        return () => undefined;
      },
    });
    const sockets = new Set<import('node:net').Socket>();
    door.server.on('connection', (socket) => sockets.add(socket));
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    client.socket.pause();
    client.socket.allowHalfOpen = true;
    end();
    const [socket] = [...sockets];
    await once(socket!, 'close', { signal: AbortSignal.timeout(ENDED_WITHIN_MS) });
  });

  it('ends with 1001 when the door goes down', async () => {
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    await door.forwarder.close();
    await client.toEnd();
    expect(bodyOf(client.received)).toBe('\x88\x02\x03\xe9');
  });

  it('ends when nobody has said anything for the idle time, and not before', async () => {
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, { limits: { idleTimeoutMs: 1_200 } });
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    const startedAt = performance.now();
    while (performance.now() - startedAt < 2_000) {
      client.write('x');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(client.ending).toBeUndefined();
    await client.toEnd();
  });

  it.each([
    ['resets', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
    ['ends', (socket: import('node:net').Socket) => socket.end()],
  ])('ends on both sides when the upstream %s', async (_name, leave) => {
    let forgotten = 0;
    await using upstream = await startRecordingUpstream(echo);
    await using door = await startDoor(upstream.upstream, {
      onLive: () => () => {
        forgotten += 1;
      },
    });
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    leave((await upstream.connection(0)).socket);
    await client.toEnd();
    await (await upstream.connection(0)).closed;
    expect(forgotten).toBe(1);
  });

  it.each(['reset', 'end', 'destroy'] as const)(
    'ends on both sides when the client leaves by %s',
    async (way) => {
      await using upstream = await startRecordingUpstream(echo);
      await using door = await startDoor(upstream.upstream);
      await using client = await RawClient.open(door.port, HANDSHAKE);
      await client.until(isSwitched);
      if (way === 'reset') client.reset();
      else client.socket[way]();
      await (await upstream.connection(0)).closed;
    },
  );

  it('lets go of an upstream that goes on after the client has left', async () => {
    await using upstream = await startRecordingUpstream(echo, { isStubborn: true });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, HANDSHAKE);
    await client.until(isSwitched);
    const connection = await upstream.connection(0);
    client.reset();
    await once(connection.socket, 'end');
    // Whoever writes to a connection that is gone is told so.
    const writing = setInterval(() => connection.socket.write('still here'), 5);
    await connection.closed;
    clearInterval(writing);
  });
});

describe('a reset at any stage of a handshake', () => {
  it('never ends the process, not even after a refusal', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream);
    const request = HANDSHAKE.replace('\r\n\r\n', '\r\nContent-Length: 1\r\n\r\n');
    const ended: Promise<unknown>[] = [];
    door.server.on('connection', (socket) =>
      ended.push(new Promise((r) => socket.once('close', r))),
    );
    for (let i = 0; i < 10; i++) {
      const client = await RawClient.open(door.port, request);
      await client.until((received) => statusOf(received) === 400);
      client.reset();
    }
    await Promise.all(ended);
  });

  it('never ends the process', async () => {
    await using upstream = await startRecordingUpstream((connection, index) => {
      if (index % 3 === 0) echo(connection, index);
      else if (index % 3 === 1) connection.socket.resetAndDestroy();
    });
    await using door = await startDoor(upstream.upstream);
    const clients = await Promise.all(
      Array.from({ length: 60 }, () => RawClient.open(door.port, HANDSHAKE)),
    );
    for (const [i, client] of clients.entries()) {
      await new Promise((resolve) => setTimeout(resolve, i % 4));
      client.reset();
    }
    await Promise.all(upstream.connections.map((connection) => connection.closed));
    await using survivor = await RawClient.open(door.port, head('GET /', 'Connection: close'));
    await upstream.connection(0);
    survivor.reset();
  });
});
