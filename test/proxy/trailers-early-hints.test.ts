import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient } from './raw-client.ts';
import { answerEach, EMPTY_200, startRecordingUpstream } from './recording-upstream.ts';

describe('trailers', () => {
  it('of an answer pass, but for what a trailer must not say', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(
        'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n' +
          'X-Sum: abc\r\nSet-Cookie: sallyport=evil\r\nRemote_User: evil\r\nX-Sum: def\r\n\r\n',
      ),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'TE: trailers', 'Connection: close'));
    expect(answer).toContain('Trailer: X-Sum\r\n');
    expect(bodyOf(answer)).toBe('5\r\nhello\r\n0\r\nX-Sum: abc\r\nX-Sum: def\r\n\r\n');
  });

  it('of a request are dropped', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => socket.resume());
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(
      door.port,
      `${head('POST /', 'Trailer: X-Sum', 'Transfer-Encoding: chunked', 'Connection: close')}2\r\nhi\r\n`,
    );
    const connection = await upstream.connection(0);
    await connection.until((received) => received.endsWith('\r\nhi'));
    client.write('0\r\nX-Sum: 1\r\n\r\n');
    const seen = await connection.until((received) => /\r\n0\r\n(?:.+\r\n)*\r\n$/.test(received));
    expect(seen).not.toMatch(/x-sum/i);
  });
});

describe('early hints', () => {
  it('pass before the answer, with every link', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(
        'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\nLink: </b.js>; rel=preload\r\n' +
          `Set-Cookie: sallyport=evil\r\nConnection: x\r\n\r\n${EMPTY_200}`,
      ),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(answer).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload; as=style, <\/b\.js>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    );
    expect(answer).not.toContain('evil');
  });

  it.each([
    ['without a link', 'X-A: 1'],
    ['with a link that cannot be one', 'Link: rubbish'],
  ])('%s are left out, and the answer comes', async (_name, line) => {
    await using upstream = await startRecordingUpstream(
      answerEach(`HTTP/1.1 103 Early Hints\r\n${line}\r\n\r\n${EMPTY_200}`),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});
