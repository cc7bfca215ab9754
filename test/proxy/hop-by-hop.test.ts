import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { exchange, head } from './raw-client.ts';
import { answerEach, startRecordingUpstream } from './recording-upstream.ts';

describe('hop-by-hop headers on the wire', () => {
  it('end at the door on the way in', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream, { vouched: [['Remote-User', 'ada']] });
    await exchange(
      door.port,
      head(
        'GET /',
        'Connection: close, X-Secret, Remote-User',
        'X-Secret: 1',
        'Keep-Alive: timeout=9',
        'Proxy-Authorization: Basic x',
        'Proxy: http://evil.example',
        'TE: trailers, deflate',
        'Trailer: X-Sum',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABk',
        'X-Kept: 1',
      ),
    );
    expect(upstream.received()).toBe(
      'GET / HTTP/1.1\r\nhost: app.example.com\r\nconnection: keep-alive\r\nX-Kept: 1\r\nRemote-User: ada\r\n\r\n',
    );
  });

  it('end at the door on the way out', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(
        'HTTP/1.1 200 OK\r\nConnection: X-Inner, keep-alive\r\nX-Inner: 1\r\nKeep-Alive: timeout=77\r\n' +
          'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    await using door = await startDoor(upstream.upstream);
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(answer).toContain('X-Kept: 1\r\n');
    expect(answer).not.toMatch(/X-Inner|timeout=77|Proxy-Auth|h2c/i);
  });

  it('an upstream closing its connection does not close the client’s', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
    );
    await using door = await startDoor(upstream.upstream);
    const answers = await exchange(door.port, head('GET /1') + head('GET /2', 'Connection: close'));
    expect(answers.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*Connection: keep-alive/i);
  });

  it('an upstream’s cookies of our names are dropped, the renewed ones added', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(
        'HTTP/1.1 302 Found\r\nSet-Cookie: sallyport=evil\r\nSet-Cookie: theme=dark; Path=/\r\n' +
          'Location: http://internal:1234/x\r\nset-cookie: lang=en\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    await using door = await startDoor(upstream.upstream, { setCookies: ['sallyport=renewed'] });
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(answer.match(/^set-cookie: .*$/gim)).toEqual([
      'Set-Cookie: theme=dark; Path=/',
      'set-cookie: lang=en',
      'Set-Cookie: sallyport=renewed',
    ]);
    expect(answer).toContain('Location: http://internal:1234/x\r\n');
  });
});
