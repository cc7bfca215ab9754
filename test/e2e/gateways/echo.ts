/** An application behind a gateway: it keeps what it gets, and speaks WebSocket. @module */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';

interface Seen {
  readonly method: string;
  readonly target: string;
  /** Header lines as received, `Name: value`. */
  readonly lines: readonly string[];
  readonly body: string;
}

export interface Application extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly Seen[];
}

const linesOf = ({ rawHeaders }: IncomingMessage) =>
  rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));

/** Starts one; any cache may keep what is below `/kept`. */
export async function startApplication(): Promise<Application> {
  const seen: Seen[] = [];
  const server = createServer({ maxHeaderSize: 262_144 }, async (req, res) => {
    // Browsers ask for it whenever they like.
    if (req.url === '/favicon.ico') return void res.writeHead(204).end();
    const body = await text(req);
    const { method = '', url: target = '' } = req;
    seen.push({ method, target, lines: linesOf(req), body });
    res.setHeader('Content-Type', 'text/html');
    if (target.startsWith('/kept')) res.setHeader('Cache-Control', 'public, max-age=3600');
    res.end(
      `<title>The application</title><p id="target"></p>application ${method} ${body.length}`,
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    if (req.headers.upgrade?.toLowerCase() === 'websocket') {
      return sockets.handleUpgrade(req, socket, head, (open) =>
        sockets.emit('connection', open, req),
      );
    }
    // There are applications that speak HTTP/2, or something of their own, behind a 101.
    const { url: target = '', headers } = req;
    seen.push({ method: 'TUNNEL', target, lines: linesOf(req), body: '' });
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${headers.upgrade}\r\n\r\n`,
    );
  });
  sockets.on('connection', (socket, req) => {
    seen.push({ method: 'WS', target: req.url ?? '', lines: linesOf(req), body: '' });
    socket.on('message', (data) => socket.send(`echo ${data}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      sockets.close();
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
