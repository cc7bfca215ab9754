/** The upstream of uploads and of idle WebSockets: takes everything, says little. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ noServer: true });
const server = createServer((req, res) => {
  req.resume().on('end', () => res.end('taken'));
});
server.on('upgrade', (req, socket, head) => sockets.handleUpgrade(req, socket, head, () => {}));
server.requestTimeout = 0;
server.listen(Number(process.argv[2]), '127.0.0.1');
