/** Processes under measurement: pinned to a core, and their cost read from /proc. @module */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The subject has this core for itself; load and upstream share the other. */
export const SUBJECT_CORE = 0;
export const LOAD_CORE = 1;
/** Where a subject of several processes may choose. */
export const BOTH_CORES = '0,1';

const TICKS_PER_SEC = 100;
const PATIENCE_MS = 20_000;

export interface Running {
  readonly port: number;
  readonly pid: number;
  /** CPU time of the process and its children so far, in microseconds. */
  cpuUs(): number;
  /** Resident memory of the process and its children, in kilobytes. */
  rssKb(): number;
  stop(): Promise<void>;
}

export interface Start {
  readonly command: readonly string[];
  readonly port: number;
  readonly core: number | typeof BOTH_CORES;
  readonly cwd?: string;
}

/** Starts a server on one core and waits until its port answers. */
export async function start({ command, port, core, cwd }: Start): Promise<Running> {
  const child = spawn('taskset', ['-c', String(core), ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A bench that breaks off must not leave its subjects running.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  await untilOpen(port, child);
  const family = () => [child.pid as number, ...childrenOf(child.pid as number)];
  return {
    port,
    pid: child.pid as number,
    cpuUs: () => sum(family().map(cpuUsOf)),
    rssKb: () => sum(family().map(rssKbOf)),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 5) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} has ended`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(5);
  }
  throw new Error(`nothing listens on ${port}`);
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((other) => Number.isInteger(other) && parentOf(other) === pid)
    .flatMap((child) => [child, ...childrenOf(child)]);
}

/** Fields of /proc/PID/stat behind the command name; see proc(5). */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

const parentOf = (pid: number) => Number(statOf(pid)[1]);

function cpuUsOf(pid: number): number {
  const stat = statOf(pid);
  return ((Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / TICKS_PER_SEC) * 1e6;
}

function rssKbOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
