/** A server that takes connections and never says a word. @module */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Starts it on a free port of this machine. */
export async function listenSilently() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** Resolves with the first connection. */
    connected: once(server, 'connection'),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
