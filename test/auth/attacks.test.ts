import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../../src/core/errors.ts';
import { openTestRoom, PASSWORD } from './test-room.ts';
import { csrfIn, Visitor } from './visitor.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const POSTS = [
  '/_auth/',
  '/_auth/login',
  '/_auth/logout',
  '/_auth/logout/everywhere',
  '/_auth/signup',
  '/_auth/signup/confirm',
  '/_auth/signup/cancel',
  '/_auth/enrol',
  '/_auth/enrol/confirm',
  '/_auth/enrol/cancel',
];

describe('cross-site request forgery', () => {
  it.each(POSTS)('%s takes nothing without the token of this flow', async (path) => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const stranger = new Visitor(room.origin);
    await visitor.get('/_auth/login');
    const foreign = csrfIn((await stranger.get('/_auth/login')).text);
    for (const fields of [{}, { _csrf: '' }, { _csrf: foreign }]) {
      const answer = await visitor.post(path, fields);
      expect([answer.status, answer.text.includes('out of date')]).toEqual([403, true]);
    }
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'null' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
  ])('a form with a good token from %j is refused', async (headers) => {
    await using room = await openTestRoom({ publicUrl: 'http://tools.example.com' });
    const visitor = new Visitor(room.origin);
    const fields = { username: 'a', password: 'b', code: 'c' };
    const answer = await visitor.submit('/_auth/login', '/_auth/login', fields, headers);
    expect([answer.status, answer.text.includes('another site')]).toEqual([403, true]);
  });

  it('an honest form passes where Host and Origin differ, as behind a subrequest', async () => {
    await using room = await openTestRoom({ publicUrl: 'http://tools.example.com' });
    const visitor = new Visitor(room.origin);
    const fields = { username: 'a', password: 'b', code: 'c' };
    const headers = { origin: 'http://tools.example.com', host: '127.0.0.1:8000' };
    const answer = await visitor.submit('/_auth/login', '/_auth/login', fields, headers);
    expect(answer.status).toBe(401);
  });

  it.each([
    ['/_auth/login', { return_to: '/lab' }, '/_auth/login?return_to=%2Flab'],
    ['/_auth/login', { return_to: '//evil' }, '/_auth/login'],
    ['/_auth/signup', { invite: 'a b' }, '/_auth/signup?invite=a%20b'],
    ['/_auth/enrol', { token: 't' }, '/_auth/enrol?token=t'],
  ])('the refusal of %s with %j leads back to %s', async (path, fields, href) => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    await visitor.get('/_auth/login');
    expect((await visitor.post(path, fields)).text).toContain(`href="${href}"`);
  });

  it('a form without any flow cookie gets the likely causes, not a bare refusal', async () => {
    await using room = await openTestRoom({
      isSecure: true,
      publicUrl: 'https://tools.example.com',
    });
    const visitor = new Visitor(room.origin);
    const form = await visitor.get('/_auth/login');
    visitor.cookies.clear();
    const answer = await visitor.post('/_auth/login', { _csrf: csrfIn(form.text) });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('did not send the cookie');
    expect(answer.text).toContain('plain http');
    expect(answer.text).toContain('https://tools.example.com');
    expect(answer.text).toContain('blocks cookies');
  });
});

describe('malformed forms', () => {
  const good = 'username=a&password=b&code=1';
  it.each([
    ['no content type', {}, good, 415],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 415],
    ['JSON', { 'content-type': 'application/json' }, '{"username":"a"}', 415],
    ['a compressed body', { ...FORM, 'content-encoding': 'gzip' }, good, 415],
    ['9 KB', FORM, `username=${'a'.repeat(9000)}`, 413],
    ['1 MB', FORM, `username=${'a'.repeat(1_000_000)}`, 413],
    ['broken percent-encoding', FORM, 'username=%zz', 400],
    ['a field twice', FORM, 'code=1&code=2', 400],
    ['an array field', FORM, 'code[]=1', 400],
    ['bytes that are not UTF-8', FORM, 'username=%ff%fe', 400],
    ['an empty body', FORM, '', 403],
  ])('%s is a page with its own status', async (_, headers, body, status) => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    await visitor.get('/_auth/login');
    for (const path of ['/_auth/login', '/_auth/signup']) {
      const answer = await visitor.send('POST', path, { headers, body });
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.text).toContain('<h1>');
    }
    expect(room.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it.each([
    ['application/json', 415],
    ['application/x-www-form-urlencoded', 413],
  ])('a body of %s without an end is refused and the connection closed', async (type, status) => {
    await using room = await openTestRoom();
    const socket = connect(Number(new URL(room.origin).port), '127.0.0.1');
    socket.on('error', () => {});
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `POST /_auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n` +
        `Content-Length: 1000000000\r\n\r\n${'a'.repeat(300_000)}`,
    );
    await closed;
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toMatch(/^Connection: close\r$/m);
  });

  it('costs the store nothing', async () => {
    await using room = await openTestRoom();
    await new Visitor(room.origin).post('/_auth/login', { 'code[]': '1' });
    expect(room.flowCalls).toEqual([]);
  });

  it('a client that leaves in the middle of its form harms nobody', async () => {
    await using room = await openTestRoom();
    const socket = connect(Number(new URL(room.origin).port), '127.0.0.1');
    socket.write(
      'POST /_auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        'Content-Length: 100\r\n\r\nusername=a',
    );
    await new Promise((resolve) => socket.once('ready', resolve));
    socket.resetAndDestroy();
    expect((await new Visitor(room.origin).get('/_auth/healthz')).text).toBe('ok\n');
  });
});

describe('open redirects', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    'https:evil.example',
    '/@evil',
  ])('%j is dropped from the query and from the form', async (path) => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const query = encodeURIComponent(path);
    const page = await visitor.get(`/_auth/login?return_to=${query}`);
    expect(page.text).not.toContain('evil');
    const front = await visitor.get(`/_auth/?url=${query}`);
    expect(front.headers.location).toBe('/_auth/login');
    const answer = await visitor.post('/_auth/login', {
      _csrf: csrfIn(page.text),
      return_to: path,
    });
    expect(answer.text).not.toContain('evil');
  });

  it('the front page of older doors keeps an honest path', async () => {
    await using room = await openTestRoom({ prefix: '/auth' });
    for (const front of ['/auth', '/auth/']) {
      const answer = await new Visitor(room.origin).get(
        `${front}?url=${encodeURIComponent('/a?b=1&c=2')}`,
      );
      expect([answer.status, answer.headers.location]).toEqual([
        303,
        '/auth/login?return_to=%2Fa%3Fb%3D1%26c%3D2',
      ]);
    }
  });
});

describe('cross-site scripting', () => {
  it('whatever is typed comes back as text', async () => {
    await using room = await openTestRoom();
    const evil = '"><script>alert(1)</script>';
    const visitor = new Visitor(room.origin);
    const fields = { username: evil, password: PASSWORD, code: '1', return_to: `/${evil}` };
    const login = await visitor.submit('/_auth/login', '/_auth/login', fields);
    const signUp = await visitor.submit('/_auth/signup', '/_auth/signup', fields);
    for (const { text } of [login, signUp]) {
      expect(text).not.toContain('<script');
      expect(text).toContain('&quot;>&lt;script');
    }
  });

  it('no page allows a script, an inline style, a frame or another origin', async () => {
    await using room = await openTestRoom();
    for (const path of ['/_auth/login', '/_auth/nowhere', '/_auth/healthz']) {
      const { headers } = await new Visitor(room.origin).get(path);
      const policy = headers['content-security-policy']!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toContain('unsafe');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
    await using secure = await openTestRoom({ isSecure: true });
    const { headers } = await new Visitor(secure.origin).get('/_auth/login');
    expect(headers['strict-transport-security']).toContain('max-age=');
  });
});

describe('the flow cookie', () => {
  it('is host-bound and Secure on https by public_url alone, whatever a header says', async () => {
    await using plain = await openTestRoom();
    const https = { 'x-forwarded-proto': 'https', forwarded: 'proto=https' };
    const [onPlain] = (await new Visitor(plain.origin).get('/_auth/login', https)).setCookies;
    expect(onPlain).toMatch(/^sallyport-flow=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    await using secure = await openTestRoom({ isSecure: true });
    const http = { 'x-forwarded-proto': 'http' };
    const [onSecure] = (await new Visitor(secure.origin).get('/_auth/login', http)).setCookies;
    expect(onSecure).toMatch(
      /^__Host-sallyport-flow=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('costs no row: neither looking at the form nor failing to sign in writes', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    await visitor.get('/_auth/login');
    const cookie = visitor.cookies.get('sallyport-flow');
    await visitor.get('/_auth/login');
    await visitor.submit('/_auth/login', '/_auth/login', {
      username: 'a',
      password: 'b',
      code: 'c',
    });
    expect(visitor.cookies.get('sallyport-flow')).toBe(cookie);
    expect(room.flowCalls.filter((call) => call !== 'get')).toEqual([]);
  });

  it('is replaced when it is forged, and never an error', async () => {
    await using room = await openTestRoom();
    for (const value of ['x', 's%3Aabc.def', 's%3A.', '"', '%zz', 'x'.repeat(8000)]) {
      const visitor = new Visitor(room.origin);
      visitor.cookies.set('sallyport-flow', value);
      const answer = await visitor.get('/_auth/login');
      expect(answer.status).toBe(200);
      expect(visitor.cookies.get('sallyport-flow')).not.toBe(value);
    }
  });
});

describe('a store that does not answer', () => {
  it('is 503 with Retry-After for forms, and leaves probes and styles alone', async () => {
    await using room = await openTestRoom({
      readiness: async () => ['the store cannot be written'],
    });
    const visitor = new Visitor(room.origin);
    const form = await visitor.get('/_auth/login');
    room.failStore(new DoorError('E_STORE_DOWN', 'disk full'));
    const fields = { _csrf: csrfIn(form.text), username: 'a', password: 'b', code: 'c' };
    for (const path of ['/_auth/login', '/_auth/signup', '/_auth/logout']) {
      const answer = await visitor.post(path, fields);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.text).toContain('Back in a moment');
      expect(answer.text).not.toContain('disk full');
    }
    expect((await visitor.get('/_auth/healthz')).status).toBe(200);
    const ready = await visitor.get('/_auth/readyz');
    expect([ready.status, JSON.parse(ready.text).reasons]).toEqual([
      503,
      ['the store cannot be written'],
    ]);
    const css = /href="([^"]+\.css)"/.exec(form.text)![1]!;
    expect((await visitor.get(css)).status).toBe(200);
  });

  it('that breaks in an unknown way is 500 without a word of why', async () => {
    await using room = await openTestRoom({ readiness: () => Promise.reject(new Error('boom')) });
    const answer = await new Visitor(room.origin).get('/_auth/readyz');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('boom');
    expect(answer.text).toContain('request-1');
    expect(room.logged.join()).toContain('request-1');
  });
});

describe('paths and methods', () => {
  it('names the methods that a page takes', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    for (const [method, path, allow] of [
      ['DELETE', '/_auth/login', 'GET, HEAD, POST'],
      ['OPTIONS', '/_auth/login', 'GET, HEAD, POST'],
      ['GET', '/_auth/signup/confirm', 'POST'],
      ['POST', '/_auth/healthz', 'GET, HEAD'],
    ] as const) {
      const answer = await visitor.send(method, path);
      expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    }
  });

  it.each([
    '/_auth/LOGIN',
    '/_auth/login/',
    '/_auth//login',
    '/_auth/%6cogin',
    '/_auth/x',
    '/_auth/assets/x',
  ])('%s is no page of ours', async (path) => {
    await using room = await openTestRoom();
    const answer = await new Visitor(room.origin).get(path);
    expect([answer.status, answer.headers['cache-control']]).toEqual([404, 'no-store']);
    expect(answer.setCookies).toEqual([]);
  });

  it('a path that cannot be decoded is 400', async () => {
    await using room = await openTestRoom();
    expect((await new Visitor(room.origin).get('/_auth/assets/%zz')).status).toBe(400);
  });

  it('HEAD has the headers of GET and no body', async () => {
    await using room = await openTestRoom();
    for (const path of ['/_auth/login', '/_auth/healthz', '/_auth/readyz', '/_auth/nowhere']) {
      const visitor = new Visitor(room.origin);
      const [get, head] = [await visitor.get(path), await visitor.send('HEAD', path)];
      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
    }
  });

  it('assets are named by their content and kept for ever', async () => {
    await using room = await openTestRoom();
    const visitor = new Visitor(room.origin);
    const { text } = await visitor.get('/_auth/login');
    const assets = [...text.matchAll(/href="(\/_auth\/assets\/[^"]+)"/g)];
    expect(assets).not.toEqual([]);
    for (const [, path] of assets) {
      const asset = await visitor.get(path!);
      expect(asset.status).toBe(200);
      expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });
});
