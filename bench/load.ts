/** Load on one core, from wrk, and what it saw. @module */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LOAD_CORE, type Running } from './process.ts';

const run = promisify(execFile);

export interface Load {
  readonly path: string;
  readonly headers: readonly string[];
  /** A wrk script instead of fixed headers. */
  readonly script?: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Sample {
  readonly requestsPerSec: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU microseconds of the subject for one request. */
  readonly cpuUs: number;
  readonly rssKb: number;
}

/** Loads a subject and divides what it cost by what it answered. */
export async function measure(subject: Running, load: Load): Promise<Sample> {
  const before = subject.cpuUs();
  const output = await wrk(subject.port, load);
  const cpuUs = subject.cpuUs() - before;
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1];
  if (failed !== undefined) throw new Error(`${failed} requests failed:\n${output}`);
  return {
    requestsPerSec: requests / load.seconds,
    p50Ms: latencyMs(output, 50),
    p99Ms: latencyMs(output, 99),
    cpuUs: cpuUs / requests,
    rssKb: subject.rssKb(),
  };
}

async function wrk(port: number, load: Load): Promise<string> {
  const { path, headers, script, connections, seconds } = load;
  const { stdout } = await run('taskset', [
    ...['-c', String(LOAD_CORE), 'wrk', '--latency', '-t1'],
    ...[`-c${connections}`, `-d${seconds}s`],
    ...headers.flatMap((header) => ['-H', header]),
    ...(script === undefined ? [] : ['-s', script]),
    `http://127.0.0.1:${port}${path}`,
  ]);
  return stdout;
}

function latencyMs(output: string, percentile: number): number {
  const match = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(output);
  const scale = { us: 0.001, ms: 1, s: 1000 }[match?.[2] ?? 'ms'] ?? 1;
  return Number(match?.[1]) * scale;
}

/** The middle of several runs. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The middle sample, field by field. */
export function medianSample(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]));
  return {
    requestsPerSec: of('requestsPerSec'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuUs: of('cpuUs'),
    rssKb: of('rssKb'),
  };
}
