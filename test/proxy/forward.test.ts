import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort } from '../ports.ts';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import { answerEach, startRecordingUpstream } from './recording-upstream.ts';

describe('the forwarder', () => {
  it('passes a request and its answer on with case, order and duplicates of the headers', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach(
        'HTTP/1.1 203 Fine Then\r\nX-One: 1\r\nx-TWO: a\r\nX-Two: b\r\nContent-Length: 5\r\n\r\nhello',
      ),
    );
    await using door = await startDoor(upstream.upstream, { vouched: [['Remote-User', 'ada']] });
    const answer = await exchange(
      door.port,
      head('GET /a%2Fb/../c;x?q=%zz', 'X-B: 1', 'x-A: 2', 'X-a: 3', 'Connection: close'),
    );
    expect(answer).toMatch(
      /^HTTP\/1.1 203 Fine Then\r\nX-One: 1\r\nx-TWO: a\r\nX-Two: b\r\nContent-Length: 5\r\n/,
    );
    expect(bodyOf(answer)).toBe('hello');
    expect(upstream.received()).toBe(
      'GET /a%2Fb/../c;x?q=%zz HTTP/1.1\r\nhost: app.example.com\r\nconnection: keep-alive\r\n' +
        'X-B: 1\r\nx-A: 2\r\nX-a: 3\r\nRemote-User: ada\r\n\r\n',
    );
  });

  it('holds a small answer back to the end of the turn in which it is complete', async () => {
    await using upstream = await startRecordingUpstream(
      answerEach('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'),
    );
    let response: ServerResponse | undefined;
    const leftWithin: (boolean | undefined)[] = [];
    const meter = {
      livesOn: () => undefined,
      // Behind everything that the turn itself does with the answer, and before its end.
      ended: () => process.nextTick(() => leftWithin.push(response?.writableEnded)),
    };
    await using door = await startDoor(upstream.upstream, {}, { meter });
    door.server.on('request', (_req, res) => {
      response = res;
    });
    const answer = await exchange(door.port, head('GET /', 'Connection: close'));
    expect(bodyOf(answer)).toBe('hello');
    expect(leftWithin).toEqual([false]);
  });

  it('streams a body in both directions', async () => {
    const origin = createServer((req, res) => req.pipe(res));
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    await using door = await startDoor({
      origin: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
    });
    const body = Buffer.alloc(3_000_000, 'abc');
    const answer = await fetch(`http://127.0.0.1:${door.port}/`, { method: 'POST', body });
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
    origin.close();
    origin.closeAllConnections();
  });

  it('joins a WebSocket and its upstream', async () => {
    const origin = createServer();
    const sockets = new WebSocketServer({ server: origin });
    sockets.on('connection', (ws) => ws.on('message', (data) => ws.send(`echo ${data}`)));
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    await using door = await startDoor({
      origin: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
    });
    const ws = new WebSocket(`ws://127.0.0.1:${door.port}/chat`);
    await once(ws, 'open');
    ws.send('hello');
    const [data] = await once(ws, 'message');
    expect(String(data)).toBe('echo hello');
    ws.close(1000);
    const [code] = await once(ws, 'close');
    expect(code).toBe(1000);
    origin.close();
  });

  it('answers 502 at once when nobody listens', async () => {
    await using door = await startDoor({ origin: `http://127.0.0.1:${await freePort()}` });
    await using client = await RawClient.open(door.port, head('GET /', 'Connection: close'));
    expect(statusOf(await client.toEnd())).toBe(502);
    expect(door.failures).toEqual(['E_UPSTREAM_UNREACHABLE']);
  });

  it('lets running exchanges end when it closes, and takes no more', async () => {
    await using upstream = await startRecordingUpstream(() => undefined);
    await using door = await startDoor(upstream.upstream);
    await using running = await RawClient.open(door.port, head('GET /1', 'Connection: close'));
    const connection = await upstream.connection(0);
    await connection.head();
    const closing = door.forwarder.close();
    const refused = await exchange(door.port, head('GET /2', 'Connection: close'));
    expect(statusOf(refused)).toBe(503);
    connection.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
    expect(bodyOf(await running.toEnd())).toBe('done');
    await closing;
  });
});
