/** How a door of one process ends. @module */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Program } from '../e2e/process.ts';
import { isRefused } from '../ports.ts';
import { Installation } from './installation.ts';

let upstream: Server;
let installation: Installation;
let door: Program;
let port: number;

async function start(listener: RequestListener, yaml = ''): Promise<void> {
  upstream = createServer(listener).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
${yaml}
routes:
  - { path: /, access: public, upstream: "http://127.0.0.1:${upstreamPort}" }
`);
  door = installation.start(['run', '--config', 'config.yaml']);
  port = Number((await door.until(/listening on http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  await door.until(/become the administrator/i);
}

afterEach(() => {
  installation[Symbol.dispose]();
  upstream.close();
  upstream.closeAllConnections();
});

/** Sends on a kept-alive connection and reads one whole answer. */
async function ask(socket: Socket, method = 'GET'): Promise<string> {
  const length = method === 'POST' ? 'Content-Length: 3\r\n' : '';
  const body = method === 'POST' ? 'a=1' : '';
  socket.write(`${method} / HTTP/1.1\r\nHost: 127.0.0.1\r\n${length}\r\n${body}`);
  let text = '';
  while (!text.endsWith('hello')) text += (await once(socket, 'data'))[0];
  return text;
}

const hello: RequestListener = (req, res) => {
  req.resume().once('end', () => res.setHeader('Content-Length', 5).end('hello'));
};

describe('a drain', () => {
  it('lets a request finish, and ends a WebSocket with 1001 and an event stream', async () => {
    let finish = () => {};
    await start((req, res) => {
      if (req.url !== '/events') finish = () => res.end('done');
      else res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    });
    new WebSocketServer({ server: upstream });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await once(socket, 'open');
    const closing = once(socket, 'close');
    const events = (await fetch(`http://127.0.0.1:${port}/events`)).body!.getReader();
    await events.read();
    const slow = fetch(`http://127.0.0.1:${port}/`);
    await once(upstream, 'request');
    const stopped = door.stop('SIGTERM');
    expect((await closing)[0]).toBe(1001);
    expect(await events.read()).toMatchObject({ done: true });
    await expect.poll(() => isRefused(port)).toBe(true);
    finish();
    expect(await (await slow).text()).toBe('done');
    expect(await stopped).toBe(0);
    expect(door.output()).not.toContain('were cut');
  });

  it('answers once more on a connection that was idle, and says that it is the last time', async () => {
    await start(hello);
    const socket = connect(port, '127.0.0.1');
    expect(await ask(socket)).not.toMatch(/^connection: close/im);
    const stopped = door.stop('SIGTERM');
    const ended = once(socket, 'end');
    // Answers from before the drain may keep the connection; the last one says that it is.
    let answer: string;
    do answer = await ask(socket, 'POST');
    while (!/^connection: close/im.test(answer));
    await ended;
    expect(await stopped).toBe(0);
    socket.destroy();
  });

  it('serves and drains with nobody left to read its log', async () => {
    await start(hello, 'log: { requests: all }');
    door.child.stdout?.destroy();
    for (let i = 0; i < 3; i += 1) {
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
    }
    expect(await door.stop('SIGTERM')).toBe(0);
  });

  it('waits no longer than two seconds for connections that stay idle', async () => {
    await start(hello);
    const socket = connect(port, '127.0.0.1');
    await ask(socket);
    const startedAtMs = performance.now();
    expect(await door.stop('SIGTERM')).toBe(0);
    // Two seconds, and as much again for a busy machine; requests would be waited for longer.
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    expect(door.output()).not.toContain('were cut');
    socket.destroy();
  });

  it('cuts at its bound, and says so', async () => {
    await start(() => {}, 'drain: 500ms');
    const slow = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut');
    await once(upstream, 'request');
    expect(await door.stop('SIGINT')).toBe(0);
    expect(await slow).toBe('cut');
    expect(door.output()).toContain('some requests were cut');
  });

  it('ends at once at the second signal', async () => {
    await start(() => {});
    const slow = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut');
    await once(upstream, 'request');
    door.child.kill('SIGTERM');
    await door.until(/SIGTERM received/);
    expect(await door.stop('SIGTERM')).toBe(1);
    expect(await slow).toBe('cut');
  });
});
