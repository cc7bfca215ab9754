/** A door of several processes, as an operator starts it. @module */
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Installation } from '../cli/installation.ts';

const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/;

/** Starts `workers` workers in front of an upstream that answers by `listener`. */
export async function startDoor(
  listener: RequestListener,
  yaml = 'workers: 2',
  env: Record<string, string> = {},
) {
  const upstream = createServer(listener).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  const installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: { listen: 127.0.0.1:0 }
log: { format: json }
routes:
  - { path: /open, access: public, upstream: "http://127.0.0.1:${upstreamPort}" }
  - { path: /, access: signed-in, upstream: "http://127.0.0.1:${upstreamPort}" }
${yaml}
`);
  const program = installation.start(['run', '--config', 'config.yaml'], env);
  const [, port = ''] = await program.until(LISTENING);
  const [, metrics = ''] = await program.until(/"metrics":"(http:[^"]+)"/);
  return {
    program,
    installation,
    upstream,
    port: Number(port),
    origin: `http://127.0.0.1:${port}`,
    admin: new URL(metrics).origin,
    /** Process ids of the workers that live now. */
    workers: () => childrenOf(program.child.pid ?? 0),
    [Symbol.dispose]() {
      for (const pid of childrenOf(program.child.pid ?? 0)) kill(pid);
      installation[Symbol.dispose]();
      upstream.close();
      upstream.closeAllConnections();
    },
  };
}

export type RunningDoor = Awaited<ReturnType<typeof startDoor>>;

/** Linux lists them; the tests run nowhere else. */
function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Kills a worker that is not to answer any more. */
export async function killAtOnce(pid: number): Promise<void> {
  kill(pid);
  // The kernel may need a moment, and hands it connections meanwhile.
  await until(() => !isAlive(pid));
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself.
  }
}

/** Asks again and again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 50_000) {
  const endsAtMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** How many sockets a process holds. */
export function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
