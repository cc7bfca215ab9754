/** What a request costs with two workers over one, under the same load. @module */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Door, type DoorOptions, startDoor } from '../door.ts';
import { type Load, measure, median, type Sample } from '../load.ts';
import { BOTH_CORES } from '../process.ts';
import type { Rounds } from '../requests.ts';

const CONNECTIONS = 64;

/**
 * Half the load shows what each of two has to do: a turn of its loop finds fewer requests, and
 * costs as much. The last shows what a second process costs, whoever has started it.
 */
const SUBJECTS = [
  { name: 'one worker', workers: [1], connections: CONNECTIONS },
  { name: 'one worker, half the load', workers: [1], connections: CONNECTIONS / 2 },
  { name: 'two workers', workers: [2], connections: CONNECTIONS },
  { name: 'two doors of one worker', workers: [1, 1], connections: CONNECTIONS },
] as const;

export interface WorkersRow {
  readonly name: (typeof SUBJECTS)[number]['name'];
  /** One a round. */
  readonly cpuUs: readonly number[];
  readonly requestsPerSec: readonly number[];
  readonly rssKb: number;
}

/**
 * Each connection rests after an answer, so that all subjects get the same number of requests.
 * As much as each can take would be more for two, and less per turn of an event loop.
 */
const PACE = 'function delay() return 5 end\n';

/** Every subject in each round, every other round backwards; the first two warm up. */
export async function measureWorkers(
  folder: string,
  upstream: number,
  rounds: Rounds,
): Promise<readonly WorkersRow[]> {
  const script = join(folder, 'pace.lua');
  writeFileSync(script, PACE);
  const subjects = [];
  for (const { name, workers, connections } of SUBJECTS) {
    const doors: Door[] = [];
    for (const count of workers) {
      const options: DoorOptions = { upstream, core: BOTH_CORES, sessions: 1, workers: count };
      doors.push(await startDoor(folder, options));
    }
    subjects.push({ name, doors, connections, samples: [] as Sample[] });
  }
  try {
    for (let round = -2; round < rounds.count; round += 1) {
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
        const { doors, connections, samples } = subject;
        const sample = await loadAll(doors, { script, connections, seconds: rounds.seconds });
        if (round >= 0) samples.push(sample);
      }
    }
    return subjects.map(({ name, samples }) => ({
      name,
      cpuUs: samples.map(({ cpuUs }) => cpuUs),
      requestsPerSec: samples.map(({ requestsPerSec }) => requestsPerSec),
      rssKb: median(samples.map(({ rssKb }) => rssKb)),
    }));
  } finally {
    for (const { doors } of subjects) for (const door of doors) await door.stop();
  }
}

/** The same connections, whether one door has all of them or each its share. */
async function loadAll(
  doors: readonly Door[],
  load: Pick<Load, 'script' | 'connections' | 'seconds'>,
): Promise<Sample> {
  const samples = await Promise.all(
    doors.map((door) =>
      measure(door, {
        ...{ path: '/hello.txt', headers: [`Cookie: ${door.cookies[0]}`] },
        ...load,
        connections: load.connections / doors.length,
      }),
    ),
  );
  const [first] = samples;
  if (first === undefined) throw new Error('no door was loaded');
  const sum = (of: (sample: Sample) => number) => samples.reduce((all, one) => all + of(one), 0);
  const requestsPerSec = sum((sample) => sample.requestsPerSec);
  return {
    ...first,
    requestsPerSec,
    cpuUs: sum((sample) => sample.cpuUs * sample.requestsPerSec) / requestsPerSec,
    rssKb: sum((sample) => sample.rssKb),
  };
}

/** CPU of one subject for that of another, within a round; the median of the rounds. */
export function cpuRatio(
  rows: readonly WorkersRow[],
  name: WorkersRow['name'],
  other: WorkersRow['name'],
): number {
  const of = (wanted: WorkersRow['name']) => rows.find((row) => row.name === wanted)?.cpuUs ?? [];
  const others = of(other);
  return median(of(name).map((cpuUs, round) => cpuUs / (others[round] ?? Number.NaN)));
}
