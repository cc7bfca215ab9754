/** Big bodies, idle WebSockets and the start: what they cost beside http-proxy. @module */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { startDoor } from './door.ts';
import { median } from './load.ts';
import { LOAD_CORE, type Running, SUBJECT_CORE } from './process.ts';
import { startHttpProxy, startNode } from './requests.ts';

const run = promisify(execFile);

export interface Transfer {
  readonly name: string;
  readonly cpuSecPerGb: number;
  /** Peak resident memory above that before the transfer. */
  readonly growthMb: number;
}

const SAMPLE_MS = 50;
const GB_IN_GIB = 1.073741824;

interface Curl {
  readonly name: string;
  readonly gib: number;
  readonly script: string;
}

type Target = 'door' | 'http-proxy 1.18.1';

/**
 * Downloads of 1 and 4 GiB and an upload of 1 GiB, through the door and through
 * http-proxy, in alternating rounds; each in a new process, since the first is the dearest.
 */
export async function measureTransfers(folder: string, upstream: number, rounds: number) {
  const sink = await startNode('sink.js');
  const taken = new Map<string, Transfer[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const target of ['door', 'http-proxy 1.18.1'] as const) {
      for (const kind of KINDS) {
        const to = kind.isUpload ? sink.port : upstream;
        const row = await transferOnce(folder, target, { ...kind, upstream: to });
        taken.set(row.name, [...(taken.get(row.name) ?? []), row]);
      }
    }
  }
  await sink.stop();
  return [...taken].map(([name, rows]) => ({
    name,
    cpuSecPerGb: median(rows.map((row) => row.cpuSecPerGb)),
    growthMb: median(rows.map((row) => row.growthMb)),
  }));
}

interface Kind {
  readonly gib: number;
  readonly isUpload: boolean;
}

const KINDS: readonly Kind[] = [
  { gib: 1, isUpload: false },
  { gib: 4, isUpload: false },
  { gib: 1, isUpload: true },
];

async function transferOnce(
  folder: string,
  target: Target,
  { gib, isUpload, upstream }: Kind & { readonly upstream: number },
): Promise<Transfer> {
  const { running, header } = await open(folder, target, upstream);
  const curl = `curl -fsS -o /dev/null -H '${header}'`;
  const origin = `http://127.0.0.1:${running.port}`;
  // What the first request of a process loads is no part of what a transfer costs.
  await run('sh', ['-c', `${curl} ${origin}/hello.txt`]);
  const name = `${target}, ${isUpload ? 'upload' : 'download'} ${gib} GiB`;
  const script = isUpload
    ? `head -c ${gib}G /dev/zero | ${curl} -T - -H 'Expect:' ${origin}/`
    : `${curl} ${origin}/${gib}g`;
  const row = await transfer(running, { name, gib, script });
  await running.stop();
  return row;
}

async function open(folder: string, target: Target, upstream: number) {
  if (target !== 'door') return { running: await startHttpProxy(upstream), header: 'X-None: 1' };
  const door = await startDoor(folder, { upstream, core: SUBJECT_CORE, sessions: 1 });
  return { running: door, header: `Cookie: ${door.cookies[0]}` };
}

async function transfer(running: Running, { name, gib, script }: Curl): Promise<Transfer> {
  const rssBefore = running.rssKb();
  const cpuBefore = running.cpuUs();
  let peak = rssBefore;
  const sampler = setInterval(() => {
    peak = Math.max(peak, running.rssKb());
  }, SAMPLE_MS);
  await run('taskset', ['-c', String(LOAD_CORE), 'sh', '-c', script]);
  clearInterval(sampler);
  return {
    name,
    cpuSecPerGb: (running.cpuUs() - cpuBefore) / 1e6 / (gib * GB_IN_GIB),
    growthMb: (peak - rssBefore) / 1024,
  };
}

/** Resident memory for each of many WebSockets that say nothing, in kilobytes. */
export async function measureIdleSockets(folder: string, count: number): Promise<number> {
  const sink = await startNode('sink.js');
  const door = await startDoor(folder, {
    upstream: sink.port,
    core: SUBJECT_CORE,
    sessions: 1,
  });
  const headers = { cookie: door.cookies[0] as string };
  const before = door.rssKb();
  const peers: WebSocket[] = [];
  while (peers.length < count) {
    const batch = Array.from(
      { length: 50 },
      () => new WebSocket(`ws://127.0.0.1:${door.port}/`, { headers }),
    );
    await Promise.all(batch.map((peer) => once(peer, 'open')));
    peers.push(...batch);
  }
  const perSocket = (door.rssKb() - before) / count;
  for (const peer of peers) peer.terminate();
  await Promise.all([door.stop(), sink.stop()]);
  return perSocket;
}

/** Milliseconds from the command to the first answer, with a data directory that exists. */
export async function measureColdStart(folder: string, upstream: number): Promise<number> {
  const startedAt = performance.now();
  const door = await startDoor(folder, { upstream, core: SUBJECT_CORE, sessions: 0 });
  await fetch(`http://127.0.0.1:${door.port}/_auth/healthz`);
  const ms = performance.now() - startedAt;
  await door.stop();
  return ms;
}
