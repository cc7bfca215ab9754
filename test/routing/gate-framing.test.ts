import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/routing/contract.ts';
import { LIMITS } from '../proxy/door.ts';
import { exchange, head, RawClient, statusOf } from '../proxy/raw-client.ts';
import { answerEach, startRecordingUpstream } from '../proxy/recording-upstream.ts';
import { CLOSE, type GateServer, setUp, startGate } from './gate-server.ts';

const outcomes = (gate: GateServer) => gate.reports.map(({ outcome }) => outcome);

describe('a request that can be read in two ways is refused before any decision', () => {
  const routes: readonly Partial<Route>[] = [
    { path: '/open', access: { kind: 'public' } },
    { path: '/slash', access: { kind: 'public' }, allowEncodedSlash: true },
    {},
  ];

  it.each([
    ['raw fragment', 'GET /open#/x', [], 400],
    ['dots into another rule', 'GET /open/../secret', [], 400],
    ['encoded slash', 'GET /open/a%2Fb', [], 400],
    ['encoded slash out of an allowing route', 'GET /slash/..%2Fsecret', [], 400],
    ['absolute-form', 'GET http://app.example.com/open', [], 400],
    ['asterisk-form', 'OPTIONS *', [], 400],
    ['TRACE', 'TRACE /open', [], 405],
    ['TRACE at our pages', 'TRACE /_auth', [], 405],
    ['no Host', 'GET /open', ['Host:'], 400],
    ['userinfo in Host', 'GET /open', ['Host: a@b'], 400],
    ['bad port in Host', 'GET /open', ['Host: a:99999'], 400],
    ['two Hosts', 'GET /open', ['Host: a', 'Host: b'], 400],
    ['two lengths', 'POST /open', ['Content-Length: 0', 'Content-Length: 0'], 400],
    ['length and chunked', 'POST /open', ['Content-Length: 5', 'Transfer-Encoding: chunked'], 400],
    ['an unknown coding', 'POST /open', ['Transfer-Encoding: gzip, chunked'], 400],
    ['space before the colon', 'GET /open', ['X-A : b'], 400],
    ['a folded line', 'GET /open', ['X-A: b\r\n c'], 400],
    ['another Expect', 'POST /open', ['Expect: 200-maybe', 'Content-Length: 0'], 417],
  ])('%s', async (_name, requestLine, lines, status) => {
    await using door = await setUp(routes);
    const answer = await door.ask(requestLine, ...lines);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toMatch(/cache-control: no-store/i);
    expect(door.upstream.connections).toHaveLength(0);
    expect(door.gate.reports).toHaveLength(1);
  });

  it('an encoded slash passes unchanged where the route allows it', async () => {
    await using door = await setUp(routes);
    expect(statusOf(await door.ask('GET /slash/a%2Fb'))).toBe(200);
    expect(door.upstream.requestLines()).toEqual(['GET /slash/a%2Fb HTTP/1.1']);
  });

  it.each([
    [
      'chunked on HTTP/1.0',
      'POST /_auth HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['HTTP/2.0', 'GET /_auth HTTP/2.0\r\nHost: a\r\n\r\n'],
  ])('our own pages get no such request either: %s', async (_name, bytes) => {
    await using door = await setUp(routes);
    expect(statusOf(await exchange(door.gate.port, bytes))).toBe(400);
    expect(door.gate.own).toHaveLength(0);
    expect(outcomes(door.gate)).toEqual(['E_FRAMING']);
  });

  it('TRACE ends the connection of a client that would keep it', async () => {
    await using door = await setUp(routes);
    const answer = await exchange(door.gate.port, head('TRACE /open'));
    expect(statusOf(answer)).toBe(405);
    expect(answer).toMatch(/connection: close/i);
  });

  it('no Host at all is refused on HTTP/1.1 and no route’s on HTTP/1.0', async () => {
    await using door = await setUp(routes);
    expect(statusOf(await exchange(door.gate.port, 'GET /open HTTP/1.1\r\n\r\n'))).toBe(400);
    expect(statusOf(await exchange(door.gate.port, 'GET /open HTTP/1.0\r\n\r\n'))).toBe(200);
    expect(statusOf(await exchange(door.gate.port, 'GET /_auth HTTP/1.0\r\n\r\n'))).toBe(200);
  });

  it('a target over the limit is 414', async () => {
    await using upstream = await startRecordingUpstream();
    await using gate = await startGate(upstream.upstream, routes, { maxHeaderSize: 65_536 });
    const request = head(`GET /open/${'a'.repeat(16_400)}`, CLOSE);
    expect(statusOf(await exchange(gate.port, request))).toBe(414);
  });
});

describe('what the parser refuses', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a bare LF between lines', 'GET / HTTP/1.1\nHost: a\n\n', 400],
    ['a head too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['an unfinished head', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
  ])('is answered and closed: %s', async (_name, bytes, status) => {
    await using door = await setUp();
    const answer = await exchange(door.gate.port, bytes);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/connection: close/i);
    expect(door.gate.reports).toHaveLength(1);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('is answered once, however much more comes', async () => {
    await using door = await setUp();
    await using client = await RawClient.open(door.gate.port, 'rubbish\r\n\r\n');
    await client.until((received) => received.includes('\r\n\r\n'));
    client.write('more rubbish\r\n\r\n');
    client.socket.end();
    expect((await client.toEnd()).match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(outcomes(door.gate)).toEqual(['E_FRAMING']);
  });

  it('behind a request that is being answered only ends the connection', async () => {
    await using upstream = await startRecordingUpstream(() => {});
    await using gate = await startGate(upstream.upstream, [{ access: { kind: 'public' } }]);
    await using client = await RawClient.open(gate.port, `${head('GET /')}rubbish\r\n\r\n`);
    expect(await client.toEnd()).toBe('');
  });

  it('CONNECT is 405 and closes', async () => {
    await using door = await setUp([{ access: { kind: 'public' } }]);
    const answer = await exchange(door.gate.port, head('CONNECT app.example.com:443'));
    expect(statusOf(answer)).toBe(405);
    expect(answer).toContain('Connection: close\r\n');
    expect(outcomes(door.gate)).toEqual(['E_METHOD_REFUSED']);
  });
});

describe('Expect: 100-continue', () => {
  const EXPECT = ['Expect: 100-continue', 'Content-Length: 5'];

  it('is answered only after the decision, and the body is forwarded', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 204 No Content\r\n\r\n'),
    );
    await using gate = await startGate(upstream.upstream);
    const { cookie } = await gate.signIn();
    await using client = await RawClient.open(gate.port, head('POST /', cookie, CLOSE, ...EXPECT));
    await client.until((received) => received.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    client.write('hello');
    expect(statusOf(await client.toEnd())).toBe(204);
    const seen = await (await upstream.connection(0)).until((text) => text.endsWith('hello'));
    expect(seen).not.toMatch(/expect/i);
  });

  it('gets the final status and no 100 where the answer is no, and the connection ends', async () => {
    await using door = await setUp();
    const answer = await exchange(door.gate.port, head('POST /', ...EXPECT));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/connection: close/i);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('for more than the route takes is 413, before anything is sent', async () => {
    const limits = { ...LIMITS, maxBodyBytes: 4 };
    await using door = await setUp([{ access: { kind: 'public' }, limits }]);
    const answer = await exchange(door.gate.port, head('POST /', ...EXPECT));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
    expect(door.upstream.connections).toHaveLength(0);
    expect(outcomes(door.gate)).toEqual(['E_BODY_TOO_LARGE']);
  });

  it('works on our own pages', async () => {
    await using door = await setUp();
    await using client = await RawClient.open(
      door.gate.port,
      head('POST /_auth/login', CLOSE, ...EXPECT),
    );
    await client.until((received) => received.includes('100 Continue'));
    client.write('hello');
    expect(await client.toEnd()).toContain('own page');
  });
});
