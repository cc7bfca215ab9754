/** An upstream that knows itself by another name than the browser. */
import { describe, expect, it } from 'vitest';
import { toInside, toOutside } from '../../src/proxy/site-names.ts';
import { startDoor } from './door.ts';
import { exchange, head, RawClient } from './raw-client.ts';
import { startRecordingUpstream } from './recording-upstream.ts';

const SITE = { outside: 'https://tools.example.com', inside: 'http://10.0.0.7:8888' };

describe('what a browser says of its own site', () => {
  it.each([
    ['https://tools.example.com', 'http://10.0.0.7:8888'],
    ['https://tools.example.com/', 'http://10.0.0.7:8888/'],
    ['https://tools.example.com/tree?a=1#b', 'http://10.0.0.7:8888/tree?a=1#b'],
    ['https://tools.example.com?a', 'http://10.0.0.7:8888?a'],
  ])('%j becomes %j inside', (value, inside) => {
    expect(toInside(value, SITE)).toBe(inside);
  });
});

describe('what a browser says of another site', () => {
  it.each([
    'null',
    '',
    'http://tools.example.com',
    'https://tools.example.com.evil.example',
    'https://tools.example.com@evil.example/',
    'https://tools.example.com:8443',
    'https://tools.example.comm',
    'https://evil.example/?https://tools.example.com',
    ' https://tools.example.com',
    'https://tools.example.com https://evil.example',
    'https://tools.example.com,https://evil.example',
    'https://tools.example.com\\@evil.example',
  ])('%j stays as it is, for the upstream to refuse', (value) => {
    expect(toInside(value, SITE)).toBe(value);
  });
});

describe('a foreign page that bears the upstream’s own name', () => {
  it.each([
    'http://10.0.0.7:8888',
    'http://10.0.0.7:8888/page',
    'https://10.0.0.7:8888',
    'HTTP://10.0.0.7:8888?x',
  ])('attack: %j is not taken for the tool itself', (value) => {
    expect(toInside(value, SITE)).toBeUndefined();
  });

  it('is another one only where the upstream has another name', () => {
    const same = { outside: 'http://10.0.0.7:8888', inside: 'http://10.0.0.7:8888' };
    expect(toInside('http://10.0.0.7:8888/page', same)).toBe('http://10.0.0.7:8888/page');
  });
});

describe('where an upstream sends a browser', () => {
  it.each([
    ['http://10.0.0.7:8888', 'https://tools.example.com'],
    ['http://10.0.0.7:8888/login', 'https://tools.example.com/login'],
    // It read the scheme in `X-Forwarded-Proto`, and the host in `Host`.
    ['https://10.0.0.7:8888/login?next=%2F', 'https://tools.example.com/login?next=%2F'],
    ['HTTP://10.0.0.7:8888/', 'https://tools.example.com/'],
    ['//10.0.0.7:8888/login', 'https://tools.example.com/login'],
    ['//10.0.0.7:8888@evil.example/', '//10.0.0.7:8888@evil.example/'],
    // Cut down to the path it would name another host.
    ['http://10.0.0.7:8888//evil.example', 'https://tools.example.com//evil.example'],
    ['/login', '/login'],
    ['//evil.example/', '//evil.example/'],
    ['https://sign-in.example.com/', 'https://sign-in.example.com/'],
    ['http://10.0.0.7:88880/', 'http://10.0.0.7:88880/'],
    ['http://10.0.0.7:8888@evil.example/', 'http://10.0.0.7:8888@evil.example/'],
    ['ftp://10.0.0.7:8888/', 'ftp://10.0.0.7:8888/'],
  ])('%j becomes %j outside', (value, outside) => {
    expect(toOutside(value, SITE)).toBe(outside);
  });
});

describe('a route that does not preserve the host', () => {
  const outside = 'http://tools.example.com';

  it('attack: names no page of the upstream’s name that is none of its own', async () => {
    await using upstream = await startRecordingUpstream((connection) => {
      connection.socket.once('data', () => {
        connection.socket.end('HTTP/1.1 204 No Content\r\n\r\n');
      });
    });
    const inside = upstream.upstream.origin;
    await using door = await startDoor(upstream.upstream, { site: { outside, inside } });
    const lines = [`Origin: ${inside}`, `Referer: ${inside}/page`, 'Connection: close'];
    await exchange(door.port, head('GET /', ...lines));
    expect(upstream.received()).toContain('Origin: null\r\n');
    expect(upstream.received()).toContain('Referer: about:blank\r\n');
  });

  it('speaks of the site in the words of whoever listens', async () => {
    await using upstream = await startRecordingUpstream((connection) => {
      connection.socket.once('data', () => {
        const [, host] = /^host: (.*)$/im.exec(connection.received) ?? [];
        connection.socket.end(
          `HTTP/1.1 302 Found\r\nLocation: http://${host?.trim()}/next\r\nContent-Length: 0\r\n\r\n`,
        );
      });
    });
    const inside = upstream.upstream.origin;
    await using door = await startDoor(upstream.upstream, { site: { outside, inside } });
    const lines = [`Origin: ${outside}`, `Referer: ${outside}/page`, 'Connection: close'];
    const answer = await exchange(door.port, head('GET /', ...lines));
    expect(upstream.received()).toContain(`Origin: ${inside}\r\n`);
    expect(upstream.received()).toContain(`Referer: ${inside}/page\r\n`);
    expect(answer).toContain(`\r\nLocation: ${outside}/next\r\n`);
  });

  it('does so for a WebSocket, and leaves a foreign page foreign', async () => {
    await using upstream = await startRecordingUpstream();
    const inside = upstream.upstream.origin;
    await using door = await startDoor(upstream.upstream, { site: { outside, inside } });
    for (const [origin, seen] of [
      [outside, inside],
      ['http://evil.example', 'http://evil.example'],
    ]) {
      const lines = ['Connection: Upgrade', 'Upgrade: websocket', `Origin: ${origin}`];
      await using _ = await RawClient.open(door.port, head('GET /socket', ...lines));
      await expect
        .poll(() => upstream.received().toLowerCase())
        .toContain(`\r\norigin: ${seen}\r\n`);
    }
  });

  it('changes nothing where the host is preserved', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream);
    await exchange(door.port, head('GET /', `Origin: ${outside}`, 'Connection: close'));
    expect(upstream.received()).toContain(`Origin: ${outside}\r\n`);
  });
});
