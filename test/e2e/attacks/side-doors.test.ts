/** Threats "Routes and paths": no reading of a target finds a way around the decision. @module */
import { describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { useGuardedDoor } from './guarded-door.ts';

const guarded = useGuardedDoor();

const ask = (line: string, ...lines: string[]) =>
  exchange(guarded.at().door.port, head(line, 'Connection: close', ...lines));

describe('without a session, nothing reaches the upstream', () => {
  it.each([
    'GET /',
    'GET /crew/plans',
    'GET /off',
    'POST /',
    'DELETE /crew',
    'OPTIONS /',
    'HEAD /',
    'GET /openx',
    'GET /?/open',
    'GET /?path=/open/',
    'GET /x#/open',
    'GET /open/../crew',
    'GET /CREW/plans',
    'GET /open/..%2fCrew',
    'GET /Off',
    'GET /open/..%2fcrew',
    'GET /open/%2e%2e/crew',
    'GET /open/%252e%252e/crew',
    'GET /open/..\\crew',
    'GET /open/..;/crew',
    'GET /open//../crew',
    'GET /%6fpen/../crew',
    'GET //open/../crew',
    'GET http://app.example.com/crew',
    'GET http://elsewhere.example/open',
    'OPTIONS *',
    'CONNECT app.example.com:443',
    'TRACE /open',
    'GET /_authx',
    'GET /x/_auth/login',
    'GET /%5fauth/login',
    'GET //_auth/login',
    'GET /_AUTH/login',
  ])('%s', async (line) => {
    const before = guarded.at().reached();
    const answer = await ask(line, 'Accept: application/json');
    expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
    expect(statusOf(answer)).toBeLessThan(500);
    expect(guarded.at().reached()).toBe(before);
  });
});

describe('no header makes a request public or somebody', () => {
  it.each([
    'Remote-User: ada',
    'X-Forwarded-User: ada',
    'X-Forwarded-Uri: /open',
    'X-Original-URL: /open',
    'X-Rewrite-Url: /open',
    'X-Original-URI: /open',
    'X-Forwarded-Prefix: /_auth',
    'X-HTTP-Method-Override: GET',
    'X-Forwarded-For: 127.0.0.1',
    'Authorization: Basic YWRhOmFkYQ==',
    'Sallyport-Authorization: ada',
  ])('%s', async (line) => {
    const before = guarded.at().reached();
    expect(statusOf(await ask('GET /crew', 'Accept: application/json', line))).toBe(401);
    expect(guarded.at().reached()).toBe(before);
  });
});

describe('a rule holds in every case of letters, since many tools read paths so', () => {
  it.each(['/CREW/plans', '/Crew', '/OFF/x', '/x/../CREW'])(
    '%s is 400, for the signed in too',
    async (path) => {
      const { ada, reached } = guarded.at();
      const before = reached();
      const cookie = `Cookie: ${ada.client.cookieHeader}`;
      expect(statusOf(await ask(`GET ${path}`, cookie))).toBe(400);
      expect(reached()).toBe(before);
    },
  );

  it('other paths pass in the case they have', async () => {
    const cookie = `Cookie: ${guarded.at().ada.client.cookieHeader}`;
    expect(statusOf(await ask('GET /Notebooks/Untitled.ipynb', cookie))).toBe(200);
  });
});

describe('the host is read one way only', () => {
  it.each([
    ['two hosts', ['Host: app.example.com', 'Host: evil.example']],
    ['an empty host', ['Host: ']],
    ['userinfo', ['Host: user@app.example.com']],
    ['a bad port', ['Host: app.example.com:99999']],
    ['a path in it', ['Host: app.example.com/open']],
  ])('%s is 400', async (_, lines) => {
    const request = `GET /open HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`;
    expect(statusOf(await exchange(guarded.at().door.port, request))).toBe(400);
  });

  it('none is 400 in HTTP/1.1', async () => {
    const request = 'GET /open HTTP/1.1\r\nConnection: close\r\n\r\n';
    expect(statusOf(await exchange(guarded.at().door.port, request))).toBe(400);
  });
});

describe('a route that is not for this person', () => {
  it('is 403 with the missing group, and never the upstream', async () => {
    const before = guarded.at().reached();
    const page = await guarded.at().ada.client.get('/crew/plans');
    expect(page.status).toBe(403);
    expect(page.text).toContain('crew');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(guarded.at().reached()).toBe(before);
  });

  it('is 403 for everybody where access is denied, without offering a sign-in', async () => {
    expect((await guarded.at().ada.client.get('/off')).status).toBe(403);
    const answer = await ask('GET /off', 'Accept: text/html', 'Sec-Fetch-Mode: navigate');
    expect(statusOf(answer)).toBe(403);
    expect(answer.toLowerCase()).not.toContain('location:');
  });
});

describe('an upgrade', () => {
  const upgrade = [
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  const handshake = (path: string, ...lines: string[]) =>
    exchange(
      guarded.at().door.port,
      head(`GET ${path}`, 'Connection: Upgrade', ...upgrade, ...lines),
    );

  it('without a session is a written 401 with no upstream contact', async () => {
    const before = guarded.at().upstream.connections.length;
    expect(statusOf(await handshake('/socket'))).toBe(401);
    expect(guarded.at().upstream.connections.length).toBe(before);
  });

  it('from a foreign origin is 403, with a session too', async () => {
    const cookie = `Cookie: ${guarded.at().ada.client.cookieHeader}`;
    const before = guarded.at().reached();
    for (const origin of ['https://evil.example', 'null', 'http://app.example.com.evil']) {
      expect(statusOf(await handshake('/socket', cookie, `Origin: ${origin}`))).toBe(403);
    }
    expect(guarded.at().reached()).toBe(before);
  });

  it('to another protocol is 501', async () => {
    const request = head(
      'GET /',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    );
    expect(statusOf(await exchange(guarded.at().door.port, request))).toBe(501);
  });
});
