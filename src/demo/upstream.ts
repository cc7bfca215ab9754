/** The demonstration upstream: what stands behind the door when nothing is configured. @module */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { renderDemoPage } from './page.tsx';
import { demoScript } from './script.ts';
import { demoStylesheet } from './stylesheet.ts';

/** A running demonstration. */
export interface DemoUpstream {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  close(): Promise<void>;
}

const TICK_MS = 1000;

/**
 * Serves, on a free loopback port: `/` the request as it arrived, `/echo` a
 * WebSocket echo, `/events` a clock as an event stream, `/upload` a byte counter.
 */
export async function startDemoUpstream(): Promise<DemoUpstream> {
  const server = createServer(answer);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  server.on('upgrade', (req, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (pathOf(req) !== '/echo') return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    sockets.handleUpgrade(req, socket, head, (peer) => {
      peer.on('error', () => peer.terminate());
      peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closeAll(server, sockets),
  };
}

function answer(req: IncomingMessage, res: ServerResponse): void {
  switch (pathOf(req)) {
    case '/events':
      return streamClock(res);
    case '/upload':
      return countBytes(req, res);
    case '/demo.css':
      return send(res, 'text/css; charset=utf-8', demoStylesheet);
    case '/demo.js':
      return send(res, 'text/javascript; charset=utf-8', demoScript);
    default:
      return send(res, 'text/html; charset=utf-8', renderDemoPage(req));
  }
}

function streamClock(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let count = 0;
  const tick = () => res.write(`id: ${++count}\ndata: tick ${count}\n\n`);
  tick();
  const timer = setInterval(tick, TICK_MS);
  res.on('close', () => clearInterval(timer));
}

function countBytes(req: IncomingMessage, res: ServerResponse): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  req.on('end', () => send(res, 'application/json', JSON.stringify({ method: req.method, bytes })));
}

function send(res: ServerResponse, type: string, body: string): void {
  res.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

const pathOf = (req: IncomingMessage) => (req.url ?? '/').split('?', 1)[0];

function closeAll(
  server: ReturnType<typeof createServer>,
  sockets: WebSocketServer,
): Promise<void> {
  for (const peer of sockets.clients) peer.terminate();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
