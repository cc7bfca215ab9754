/** Ports of this machine, for servers that cannot choose one by themselves. @module */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';

const FIRST_PORT = 10_000;

/**
 * A port that is free, and stays so for whoever takes it next: it lies below those that the
 * kernel gives to connections and to servers on port 0, which come and go all the time.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(FIRST_PORT, firstOfKernel()), '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      // Somebody has it.
      continue;
    }
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** The first port that the kernel may choose (ip(7), `ip_local_port_range`). */
function firstOfKernel(): number {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1');
  return Number.parseInt(range, 10);
}

/** Whether nobody takes connections there any more. */
export async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}
