/** A port for a program that cannot be told to choose one. @module */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free at this moment; ports are given out in turn, so it stays free for a while. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
