import { describe, expect, it } from 'vitest';
import { LIMITS, startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import {
  answerAndEnd,
  type Behaviour,
  EMPTY_200,
  type RecordedConnection,
  startRecordingUpstream,
} from './recording-upstream.ts';

const dieOnRequest: Behaviour = ({ socket }) => socket.once('data', () => socket.resetAndDestroy());
const closeOnRequest: Behaviour = ({ socket }) => socket.once('data', () => socket.end());

describe('an upstream that dies', () => {
  it.each([
    ['resets', dieOnRequest, 'E_UPSTREAM_UNREACHABLE'],
    ['closes', closeOnRequest, 'E_UPSTREAM_UNREACHABLE'],
    ['resets on accept', ({ socket }) => socket.resetAndDestroy(), 'E_UPSTREAM_UNREACHABLE'],
    ['cuts its head', answerAndEnd('HTTP/1.1 200 OK\r\nContent-Le'), 'E_UPSTREAM_PROTOCOL'],
  ] satisfies [string, Behaviour, string][])(
    '%s before its head: 502, and not by a time-out',
    async (_name, behave, code) => {
      await using upstream = await startRecordingUpstream(behave);
      await using door = await startDoor(upstream.upstream);
      const startedAt = performance.now();
      const answer = await exchange(door.port, head('GET /', 'Connection: close'));
      expect(statusOf(answer)).toBe(502);
      expect(performance.now() - startedAt).toBeLessThan(LIMITS.firstByteTimeoutMs / 2);
      expect(door.failures).toEqual([code]);
    },
  );

  it('502 when the name does not resolve', async () => {
    await using door = await startDoor({ origin: 'http://nobody.invalid:80' });
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(statusOf(answer)).toBe(502);
  });

  it.each([
    ['a declared length', 'Content-Length: 100\r\n\r\nhello'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['half a chunk', 'Transfer-Encoding: chunked\r\n\r\nff\r\nhello'],
  ])('mid-body with %s: the client is reset', async (_name, rest) => {
    for (const request of [head('GET /'), 'GET / HTTP/1.0\r\nHost: a\r\n\r\n']) {
      await using upstream = await startRecordingUpstream(
        answerAndEnd(`HTTP/1.1 200 OK\r\n${rest}`),
      );
      await using door = await startDoor(upstream.upstream);
      await using client = await RawClient.open(door.port, request);
      const answer = await client.toEnd();
      expect(client.ending).toBe('reset');
      expect(answer).not.toContain('0\r\n\r\n');
      expect(door.failures).toHaveLength(1);
    }
  });

  it('mid-body by a reset while the length is unknown: the client is reset', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nhello'));
    });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, head('GET /'));
    await client.until((received) => received.includes('hello'));
    (await upstream.connection(0)).socket.resetAndDestroy();
    await client.closed;
    expect(client.ending).toBe('reset');
    expect(client.received).not.toContain('0\r\n\r\n');
  });

  it('an answer that ends with the connection is whole', async () => {
    await using upstream = await startRecordingUpstream(
      answerAndEnd('HTTP/1.0 200 OK\r\n\r\nhello'),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(bodyOf(answer)).toBe('5\r\nhello\r\n0\r\n\r\n');
  });
});

describe('a dead keep-alive connection', () => {
  const dieOnSecond: Behaviour = (connection, index) => {
    let requests = 0;
    connection.socket.on('data', () => {
      requests += 1;
      if (index === 0 && requests === 2) connection.socket.resetAndDestroy();
      else connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  };

  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE'])(
    '%s without a body is sent once more',
    async (method) => {
      await using upstream = await startRecordingUpstream(dieOnSecond);
      await using door = await startDoor(upstream.upstream);
      await exchange(door.port, head('GET /1', 'Connection: close'));
      const answer = await exchange(door.port, head(`${method} /2`, 'Connection: close'));
      expect(statusOf(answer)).toBe(200);
      expect(upstream.requestLines()).toEqual([
        'GET /1 HTTP/1.1',
        `${method} /2 HTTP/1.1`,
        `${method} /2 HTTP/1.1`,
      ]);
    },
  );

  it.each([
    ['POST without a body', head('POST /2', 'Connection: close')],
    ['PATCH without a body', head('PATCH /2', 'Connection: close')],
    ['PUT with a body', `${head('PUT /2', 'Content-Length: 2', 'Connection: close')}hi`],
    ['DELETE with a body', `${head('DELETE /2', 'Content-Length: 2', 'Connection: close')}hi`],
  ])('%s is not', async (_name, request) => {
    await using upstream = await startRecordingUpstream(dieOnSecond);
    await using door = await startDoor(upstream.upstream);
    await exchange(door.port, head('GET /1', 'Connection: close'));
    expect(statusOf(await exchange(door.port, request))).toBe(502);
    expect(upstream.requestLines()).toHaveLength(2);
  });

  it.each([
    ['resets', dieOnRequest],
    ['closes', closeOnRequest],
  ])(
    'nothing is sent twice to a connection that %s and had never answered',
    async (_name, behave) => {
      await using upstream = await startRecordingUpstream(behave);
      await using door = await startDoor(upstream.upstream);
      await exchange(door.port, head('GET /1', 'Connection: close'));
      expect(upstream.connections).toHaveLength(1);
    },
  );

  it('nothing is sent twice once an answer has begun', async () => {
    await using upstream = await startRecordingUpstream((connection) => {
      let requests = 0;
      connection.socket.on('data', () => {
        requests += 1;
        if (requests === 1) connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        else connection.socket.end('HTTP/1.1 2');
      });
    });
    await using door = await startDoor(upstream.upstream);
    await exchange(door.port, head('GET /1', 'Connection: close'));
    const answer = await exchange(door.port, head('GET /2', 'Connection: close'));
    expect(statusOf(answer)).toBe(502);
    expect(upstream.requestLines()).toHaveLength(2);
  });

  it('a request is sent twice at most', async () => {
    // Two connections answer once each, and both die under the next request.
    const waiting: RecordedConnection[] = [];
    await using upstream = await startRecordingUpstream((connection) => {
      connection.socket.once('data', () => {
        connection.socket.on('data', () => connection.socket.resetAndDestroy());
        if (waiting.push(connection) === 2)
          for (const { socket } of waiting) socket.write(EMPTY_200);
      });
    });
    await using door = await startDoor(upstream.upstream);
    const first = ['/1', '/2'].map((path) => head(`GET ${path}`, 'Connection: close'));
    await Promise.all(first.map((request) => exchange(door.port, request)));
    const answer = await exchange(door.port, head('GET /3', 'Connection: close'));
    expect(statusOf(answer)).toBe(502);
    expect(upstream.requestLines().filter((line) => line.includes('/3'))).toHaveLength(2);
  });
});
