import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import { answerEach, type Behaviour, startRecordingUpstream } from './recording-upstream.ts';

const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/** Answers with the same bytes once a body of this length is there. */
const afterBody =
  (bytes: number): Behaviour =>
  async (connection) => {
    await connection.until((received) => received.split('\r\n\r\n')[1]?.length === bytes);
    connection.socket.write(HELLO);
  };

describe('methods', () => {
  it.each([
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
    'MKCOL',
    'REPORT',
    'PURGE',
    'QUERY',
  ])('%s passes with a body and without', async (method) => {
    await using upstream = await startRecordingUpstream(answerEach(HELLO));
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head(`${method} /x`, 'Connection: close'));
    expect(bodyOf(answer)).toBe('hello');
    await using other = await startRecordingUpstream(afterBody(3));
    await using second = await startDoor(other.upstream);
    const request = `${head(`${method} /y`, 'Content-Length: 3', 'Connection: close')}abc`;
    expect(bodyOf(await exchange(second.port, request))).toBe('hello');
    expect(other.received()).toMatch(
      new RegExp(`^${method} /y HTTP/1.1\r\n[^]*content-length: 3\r\n\r\nabc$`, 'i'),
    );
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTrailer: X\r\n\r\n', /content-length: 5/i],
    [
      'HEAD',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
      /^HTTP\/1.1 200/,
    ],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "a"\r\n\r\n', /etag: "a"/i],
    ['GET', 'HTTP/1.1 204 No Content\r\nTrailer: X\r\n\r\n', /^HTTP\/1.1 204/],
  ])(
    '%s answered by %j has no body, and the next request is answered',
    async (method, bytes, expected) => {
      await using upstream = await startRecordingUpstream(answerEach(bytes));
      await using door = await startDoor(upstream.upstream);
      const answers = await exchange(
        door.port,
        head(`${method} /1`) + head(`${method} /2`, 'Connection: close'),
      );
      expect(answers.match(/^HTTP\/1\.1 /gm)).toHaveLength(2);
      expect(answers).toMatch(expected);
      expect(answers).not.toMatch(/transfer-encoding/i);
    },
  );

  it('a 204 goes out without a length', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n'),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('DELETE /', 'Connection: close'));
    expect(answer).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('content codings pass untouched, both ways', async () => {
    const gzip = Buffer.from(
      '1f8b080000000000000003cb48cdc9c907008 6a6103605000000'.replace(' ', ''),
      'hex',
    ).toString('latin1');
    await using upstream = await startRecordingUpstream(
      answerEach(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n${gzip}`,
      ),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(
      door.port,
      head('GET /', 'Accept-Encoding: gzip;q=1', 'Connection: close'),
    );
    expect(bodyOf(answer)).toBe(gzip);
    expect(upstream.received()).toContain('Accept-Encoding: gzip;q=1\r\n');
  });
});

describe('the Host', () => {
  it.each([
    [undefined, /^host: app\.example\.com$/im],
    ['http://app.example.com', /^host: 127\.0\.0\.1:\d+$/im],
  ])('is the client’s, or the upstream’s for %j, once', async (outside, expected) => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream, {
      site: outside === undefined ? outside : { outside, inside: upstream.upstream.origin },
    });
    await exchange(door.port, head('GET /', 'Connection: close'));
    expect(upstream.received().match(/^host: .*$/gim)).toHaveLength(1);
    expect(upstream.received().replaceAll('\r', '')).toMatch(expected);
  });

  it('two of them reach nobody', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(
      door.port,
      head('GET /', 'Host: a', 'Host: b', 'Connection: close'),
    );
    expect(statusOf(answer)).toBe(400);
    expect(upstream.connections).toHaveLength(0);
  });
});

describe('an HTTP/1.0 client', () => {
  const request = (line = '') => `GET / HTTP/1.0\r\nHost: a\r\n${line}\r\n`;

  it.each(['', 'TE: chunked\r\n', 'Connection: keep-alive\r\n'])(
    'sending %j gets an answer that ends with the connection, never chunks',
    async (line) => {
      await using upstream = await startRecordingUpstream(
        answerEach(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
        ),
      );
      await using door = await startDoor(upstream.upstream);
      await using client = await RawClient.open(door.port, request(line));
      const answer = await client.toEnd();
      expect(answer).not.toMatch(/transfer-encoding/i);
      expect(bodyOf(answer)).toBe('hello');
      expect(client.ending).toBe('fin');
    },
  );

  it('gets a length where there is one, and no informational answer', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(`HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n${HELLO}`),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, request());
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: 5\r\n/);
    expect(bodyOf(answer)).toBe('hello');
  });
});
