import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { exchange, head, RawClient } from './raw-client.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

const SPOOFED = [
  'Remote-User: evil',
  'REMOTE_USER: evil',
  'remote.user: evil',
  'X-Forwarded-User: evil',
  'X_Forwarded_For: evil',
  'x-forwarded-for: evil',
  'X-Forwarded-For: evil',
  'Forwarded: for=evil',
  'X-Real-IP: evil',
  'X-Original-URL: /evil',
  'X-Rewrite-URL: /evil',
  'X-Request-Id: evil',
  'X-Forwarded-Access-Token: evil',
  'X_Original_Path: /evil',
  'X-Auth-Request-Preferred-Username: evil',
  'X-Team: evil',
  'x_team: evil',
];
const VOUCHED = [
  ['X-Forwarded-For', '192.0.2.1'],
  ['Remote-User', 'ada'],
  ['X-Team', 'red'],
] as const;

describe('spoofed identity', () => {
  it.each([
    ['on a GET', head('GET /', ...SPOOFED, 'Connection: close')],
    [
      'named in Connection',
      head('GET /', ...SPOOFED, 'Connection: close, Remote-User, X-Team, X-Forwarded-For'),
    ],
    [
      'behind 100-continue',
      `${head('POST /', ...SPOOFED, 'Expect: 100-continue', 'Content-Length: 2', 'Connection: close')}hi`,
    ],
    [
      'in trailers',
      `${head('POST /', 'Transfer-Encoding: chunked', 'Trailer: Remote-User', 'Connection: close')}2\r\nhi\r\n0\r\n${SPOOFED.join('\r\n')}\r\n\r\n`,
    ],
    [
      'behind 3,000 other headers',
      head(
        'GET /',
        ...Array.from({ length: 3_000 }, (_, i) => `a${i}: `),
        ...SPOOFED,
        'Connection: close',
      ),
    ],
  ])('%s never arrives; ours does, once', async (_name, request) => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream, { vouched: VOUCHED });
    door.server.maxHeadersCount = 0;
    await using client = await RawClient.open(door.port, request);
    const connection = await upstream.connection(0);
    const seen = await connection.head();
    const isWhole = (received: string) => /hi$|\r\nhi\r\n0\r\n(?:.+\r\n)*\r\n$/.test(received);
    if (request.includes('hi')) await connection.until(isWhole);
    client.socket.destroy();
    expect(seen).not.toMatch(/evil/);
    for (const [name, value] of VOUCHED) {
      expect(seen.match(new RegExp(`^${name}: .*$`, 'gim'))).toEqual([`${name}: ${value}`]);
    }
    expect(connection.received).not.toMatch(/evil|expect:/i);
  });

  it('nothing of ours is set where nothing is vouched for, and nothing of the client’s stays', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    await exchange(
      door.port,
      head('GET /', 'Remote_User: evil', 'X-Forwarded-Proto: evil', 'Connection: close'),
    );
    expect(upstream.received()).toBe(
      'GET / HTTP/1.1\r\nhost: app.example.com\r\nconnection: keep-alive\r\n\r\n',
    );
  });

  it('our cookies never arrive, over two Cookie lines and in any spelling', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    await exchange(
      door.port,
      head(
        'GET /',
        'Cookie: sallyport=SECRET; theme=dark',
        'cookie: __Host-Sallyport=SECRET',
        'COOKIE: a="1"; SALLYPORT="SECRET"; $Path="/"',
        'Connection: close',
      ),
    );
    expect(upstream.received()).not.toContain('SECRET');
    expect(upstream.received().match(/^cookie: .*$/gim)).toEqual([
      'Cookie: theme=dark',
      'COOKIE: a="1"',
    ]);
  });
});
