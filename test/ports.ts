/** Ports of this machine, for servers that cannot choose one by themselves. @module */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';

const FIRST_PORT = 10_000;

/** Test files that run at the same time, at most, on the largest machine. */
const MOST_WORKERS = 32;

/**
 * A port that is free, and stays so for whoever takes it next: it lies below those that the
 * kernel gives to connections and to servers on port 0, which come and go all the time, and
 * among those of this worker, in which no other of the run looks for one.
 */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % MOST_WORKERS;
  const each = Math.floor((firstOfKernel() - FIRST_PORT) / MOST_WORKERS);
  const first = FIRST_PORT + worker * each;
  for (;;) {
    const server = createServer().listen(randomInt(first, first + each), '127.0.0.1');
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
