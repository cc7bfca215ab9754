/** http-proxy 1.18.1 with a keep-alive agent and no authentication. */
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy-1.18.1';

const [port, target] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const proxy = httpProxy.createProxyServer({ target, agent, ws: true });
proxy.on('error', (_error, _req, res) => res.destroy?.());
const server = createServer((req, res) => proxy.web(req, res));
server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));
server.listen(Number(port), '127.0.0.1');
