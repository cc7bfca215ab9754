import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import { answerEach, EMPTY_200, startRecordingUpstream } from './recording-upstream.ts';

describe('a hostile upstream', () => {
  it.each([
    [
      'CL and TE',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nhello'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello'],
    ['gzip under chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello'],
    [
      'a bare CR in a header',
      'HTTP/1.1 200 OK\r\nX-A: 1\rSet-Cookie: b=1\r\nContent-Length: 0\r\n\r\n',
    ],
    ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX-A: 1\0\r\nContent-Length: 0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
    ['obs-fold', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n b\r\nTransfer-Encoding:\r\n gzip\r\n\r\n'],
    [
      'a 101 that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
    [
      'a 100 that nobody asked for, twice',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
    ],
    ['a flood of 102', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(50)],
    ['a flood of 103', 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'.repeat(50)],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a status of two digits', 'HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n'],
    [
      'headers without end',
      `HTTP/1.1 200 OK\r\n${'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(4_000)}`,
    ],
  ])('%s: 502', async (_name, bytes) => {
    await using upstream = await startRecordingUpstream(answerEach(bytes));
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(statusOf(answer)).toBe(502);
    expect(door.failures).toEqual(['E_UPSTREAM_PROTOCOL']);
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello'],
    ['GET', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ])('the body of a %s answer %j reaches nobody, also not the next', async (method, bytes) => {
    await using upstream = await startRecordingUpstream((connection, index) =>
      answerEach(index === 0 ? bytes : EMPTY_200)(connection, index),
    );
    await using door = await startDoor(upstream.upstream);
    const first = await exchange(door.port, head(`${method} /1`, 'Connection: close'));
    expect(bodyOf(first)).toBe('');
    const second = await exchange(door.port, head('GET /2', 'Connection: close'));
    expect(second).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(second).not.toContain('hello');
  });

  it('a second answer behind the first is nobody’s', async () => {
    const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged';
    await using upstream = await startRecordingUpstream((connection, index) =>
      answerEach(index === 0 ? EMPTY_200 + forged : EMPTY_200)(connection, index),
    );
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(door.port, head('GET /1'));
    await client.until((received) => received.includes('200 OK'));
    client.write(head('GET /2', 'Connection: close'));
    const answers = await client.toEnd();
    expect(answers).not.toContain('forged');
  });

  it('bytes on an idle connection are nobody’s answer', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    await exchange(door.port, head('GET /1', 'Connection: close'));
    const connection = await upstream.connection(0);
    connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged');
    const answer = await exchange(door.port, head('GET /2', 'Connection: close'));
    expect(answer).not.toContain('forged');
    expect(statusOf(answer)).toBe(200);
  });

  it('a length longer than declared is cut where it was declared', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n'),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(bodyOf(answer)).toMatch(/^(hello)?$/);
  });

  it('a reason phrase in UTF-8 does not cost the answer', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(Buffer.from('HTTP/1.1 404 Не найдено\r\nContent-Length: 0\r\n\r\n')),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(statusOf(answer)).toBe(404);
  });

  it('header bytes beyond ASCII pass unchanged', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 200 OK\r\nX-A: \xc3\xa9\xff\r\nContent-Length: 0\r\n\r\n'),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(
      door.port,
      head('GET /', 'X-B: \xc3\xa9\xff', 'Connection: close'),
    );
    expect(answer).toContain('X-A: \xc3\xa9\xff\r\n');
    expect(upstream.received()).toContain('X-B: \xc3\xa9\xff\r\n');
  });
});
