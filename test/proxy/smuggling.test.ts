import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { exchange, head, RawClient, statusOf } from './raw-client.ts';
import { type Behaviour, EMPTY_200, startRecordingUpstream } from './recording-upstream.ts';

/** Answers once a whole body is there, so that all of it has been recorded. */
const answerAfter =
  (bodies: readonly string[]): Behaviour =>
  (connection) => {
    const isWhole = (received: string) => bodies.some((body) => received.endsWith(body));
    void connection.until(isWhole).then(() => connection.socket.write(EMPTY_200));
  };

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: app.example.com\r\n\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

describe('request smuggling', () => {
  it.each(
    ['GET', 'DELETE', 'OPTIONS', 'POST', 'PROPFIND', 'REPORT'].flatMap((method) =>
      ['close', 'keep-alive', 'keep-alive, transfer-encoding', 'content-length', 'te, close'].map(
        (connection) => ({ method, connection }),
      ),
    ),
  )('a chunked $method with Connection: $connection stays one request', async (c) => {
    const bodies = [SMUGGLED, chunk(SMUGGLED)];
    await using upstream = await startRecordingUpstream(answerAfter(bodies));
    await using door = await startDoor(upstream.upstream);
    const request = head(
      `${c.method} /one`,
      'Transfer-Encoding: chunked',
      `Connection: ${c.connection}`,
    );
    await using client = await RawClient.open(door.port, request + chunk(SMUGGLED));
    await client.until((received) => statusOf(received) === 200);
    const [seen = ''] = upstream.connections.map((connection) => connection.received);
    expect(upstream.connections).toHaveLength(1);
    // The body is there, behind a length or in chunks: its bytes are nobody's request.
    expect(seen).toMatch(
      new RegExp(
        `^${c.method} /one HTTP/1.1\r\n(?:[^\r]+\r\n)*?(transfer-encoding: chunked|content-length: ${SMUGGLED.length})\r\n`,
      ),
    );
    expect(seen.match(/^(content-length|transfer-encoding):/gim)).toHaveLength(1);
    expect(seen.endsWith(SMUGGLED) || seen.endsWith(chunk(SMUGGLED))).toBe(true);
  });

  it.each([
    ['CL and TE', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['TE and CL', ['Transfer-Encoding: chunked', 'Content-Length: 0'], '0\r\n\r\n'],
    ['two different lengths', ['Content-Length: 0', `Content-Length: ${SMUGGLED.length}`], ''],
    ['two equal lengths', ['Content-Length: 0', 'Content-Length: 0'], ''],
    ['a list of lengths', ['Content-Length: 0, 0'], ''],
    ['a signed length', ['Content-Length: +0'], ''],
    ['a hexadecimal length', ['Content-Length: 0x0'], ''],
    ['an unknown coding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['chunked not last', ['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'],
    ['gzip under chunks', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
    ['chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a space before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['obs-fold', ['Transfer-Encoding:\r\n chunked'], '0\r\n\r\n'],
    ['a bare CR in a value', ['X-A: 1\rTransfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a bare LF between headers', ['X-A: 1\nTransfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a NUL in a value', ['X-A: 1\0'], ''],
  ])('%s: 4xx, closed, and nothing reaches the upstream', async (_name, lines, body) => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('POST /one', ...lines) + body + SMUGGLED);
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(upstream.connections).toHaveLength(0);
  });

  it('HTTP/1.0 with a transfer coding: 400, closed, nothing reaches the upstream', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const request =
      'POST /one HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    const answer = await exchange(door.port, request + SMUGGLED);
    expect(statusOf(answer)).toBe(400);
    expect(upstream.connections).toHaveLength(0);
  });

  it.each([
    ['an extension', `5;ext="a\r\n`],
    ['a bad size', 'zz\r\n'],
    ['a negative size', '-1\r\n'],
    ['a bare LF after the size', '5\nhello\r\n0\r\n\r\n'],
    ['too long a chunk', '3\r\nhello\r\n0\r\n\r\n'],
  ])('chunks with %s never complete a request at the upstream', async (_name, bytes) => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const request = head('POST /one', 'Transfer-Encoding: chunked') + bytes + SMUGGLED;
    await using client = await RawClient.open(door.port, request);
    await client.until((received) => statusOf(received) >= 200);
    client.socket.end();
    await client.toEnd();
    expect(upstream.received()).not.toContain('\r\n0\r\n\r\n');
    expect(upstream.requestLines().filter((line) => line.includes('smuggled'))).toEqual([]);
  });

  it('an extension of a chunk is not passed on', async () => {
    await using upstream = await startRecordingUpstream(answerAfter(['hello', chunk('hello')]));
    await using door = await startDoor(upstream.upstream);
    const request = head('POST /one', 'Transfer-Encoding: chunked', 'Connection: close');
    await exchange(door.port, `${request}5;a=b\r\nhello\r\n0\r\n\r\n`);
    expect(upstream.received()).not.toContain('a=b');
    expect(upstream.received()).toContain('hello');
  });

  it.each([
    'GET http://internal.example/x',
    'GET *',
    'OPTIONS *',
    'OPTIONS http://internal.example/',
  ])('%s never reaches the upstream', async (line) => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head(line, 'Connection: close'));
    expect(statusOf(answer)).toBe(400);
    expect(upstream.connections).toHaveLength(0);
  });

  it('pipelined requests stay as many as they were, in order', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    const requests = ['/1', '/2', '/3'].map((path) => head(`GET ${path}`)).join('');
    await exchange(door.port, requests + head('GET /4', 'Connection: close'));
    expect(upstream.requestLines().sort()).toEqual(
      ['/1', '/2', '/3', '/4'].map((path) => `GET ${path} HTTP/1.1`),
    );
  });
});
