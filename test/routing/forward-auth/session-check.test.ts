import { describe, expect, it } from 'vitest';
import { bodyOf, exchange, RawClient, statusOf } from '../../proxy/raw-client.ts';
import { setUp } from '../gate-server.ts';

const CHECK = 'GET /_auth/check';

describe('the check without forward_auth', () => {
  it('is 200 for whoever is signed in, with the identity, and 401 for others', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn(['staff', 'a,b']);
    const known = await door.ask(CHECK, cookie);
    expect(statusOf(known)).toBe(200);
    expect(known).toContain('\r\nRemote-User: ada\r\n');
    expect(known).toContain('\r\nRemote-Groups: ');
    expect(known).toContain('\r\nCache-Control: no-store\r\n');
    expect(bodyOf(known)).toBe('');
    const stranger = await door.ask(CHECK);
    expect(statusOf(stranger)).toBe(401);
    expect(bodyOf(stranger)).toBe('');
    expect(stranger.toLowerCase()).not.toContain('\r\nlocation:');
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('sends the groups of somebody without any as an empty line', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    expect(await door.ask(CHECK, cookie)).toContain('\r\nRemote-Groups: \r\n');
  });

  it.each([
    ['GET /_auth/check', 200],
    ['GET /_auth/check?anything=1', 200],
    ['HEAD /_auth/check', 200],
    ['POST /_auth/check', 200],
    ['PROPFIND /_auth/check', 200],
  ])('answers %s', async (line, status) => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    expect(statusOf(await door.ask(line, cookie))).toBe(status);
    expect(statusOf(await door.ask(line))).toBe(401);
  });

  it.each(['/_auth/check/', '/_auth/checks', '/_auth/check%2f', '//_auth/check', '/_AUTH/check'])(
    'is not to be found at %s',
    async (target) => {
      await using door = await setUp();
      const { cookie } = await door.gate.signIn();
      const answer = await door.ask(`GET ${target}`, cookie);
      expect(answer).not.toContain('Remote-User');
    },
  );

  it('answers nginx: HTTP/1.0, a length that is announced and no body', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    const head = [
      'GET /_auth/check HTTP/1.0',
      `Host: 127.0.0.1:${door.gate.port}`,
      'Connection: close',
      'X-Original-URI: /api/cells',
      'Content-Length: 4096',
      cookie,
    ];
    const answer = await exchange(door.gate.port, `${head.join('\r\n')}\r\n\r\n`);
    expect(statusOf(answer)).toBe(200);
  });

  it('ends a connection on which a body was announced, sent or not', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    const head = `POST /_auth/check HTTP/1.1\r\nHost: a\r\n${cookie}\r\nContent-Length: 30\r\n\r\n`;
    for (const body of ['', 'x'.repeat(30), 'GET /_auth/check HTTP/1.1\r\nHos']) {
      const answer = await exchange(door.gate.port, head + body);
      expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
      expect(statusOf(answer)).toBe(200);
    }
  });

  it('answers two questions on one connection', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    const question = `GET /_auth/check HTTP/1.1\r\nHost: a\r\n${cookie}\r\n\r\n`;
    await using client = await RawClient.open(door.gate.port, question);
    await client.until((bytes) => bytes.includes('\r\n\r\n'));
    client.write(question);
    const all = await client.until((bytes) => bytes.split('HTTP/1.1 200').length === 3);
    expect(all).not.toContain('HTTP/1.1 4');
  });

  it('answers a handshake that a gateway passed on, and opens nothing', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const head = ['GET /_auth/check HTTP/1.1', 'Host: a', ...upgrade];
    const ask = (...more: string[]) =>
      exchange(door.gate.port, `${[...head, ...more].join('\r\n')}\r\n\r\n`);
    expect(statusOf(await ask(cookie))).toBe(200);
    expect(statusOf(await ask())).toBe(401);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it.each(['X-Original-URI: /x', 'X-Forwarded-Uri: /x', 'X-Forwarded-Method: BREW'])(
    'takes no notice of %s',
    async (line) => {
      await using door = await setUp();
      const { cookie } = await door.gate.signIn();
      expect(statusOf(await door.ask(CHECK, cookie, line, line))).toBe(200);
      expect(statusOf(await door.ask(CHECK, line))).toBe(401);
    },
  );

  it('is 401 once the session has ended', async () => {
    await using door = await setUp();
    const { cookie, end } = await door.gate.signIn();
    expect(statusOf(await door.ask(CHECK, cookie))).toBe(200);
    await end();
    expect(statusOf(await door.ask(CHECK, cookie))).toBe(401);
  });

  it('renews a session that is used, as the proxy does', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    expect(await door.ask(CHECK, cookie)).not.toContain('Set-Cookie');
    door.gate.clock.advance(5 * 3_600_000);
    await door.gate.sessions.poll();
    expect(await door.ask(CHECK, cookie)).toMatch(/\r\nSet-Cookie: door=/);
  });

  it('is 401, never 5xx, while nobody can say whether the session lives', async () => {
    await using door = await setUp();
    const { cookie } = await door.gate.signIn();
    door.gate.clock.advance(7 * 3_600_000);
    expect(statusOf(await door.ask(CHECK, cookie))).toBe(401);
  });
});
