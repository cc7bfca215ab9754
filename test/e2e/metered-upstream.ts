/** An upstream with an answer of each kind. @module */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';

/** `/status/503` answers so, `/cut` breaks off, `/stream` stays open; WebSockets anywhere. */
export async function startMeteredUpstream() {
  const sockets = new Set<Socket>();
  const server = createServer((req, res) => {
    req.resume();
    const path = req.url ?? '';
    if (path.endsWith('/cut')) {
      res.writeHead(200, { 'Content-Length': 1000 });
      res.write('x'.repeat(500), () => setTimeout(() => res.destroy(), 50));
    } else if (path.endsWith('/stream')) {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(':\n\n');
    } else res.writeHead(Number(/status\/(\d+)/.exec(path)?.[1] ?? 200)).end('ok');
  });
  new WebSocketServer({ server });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
