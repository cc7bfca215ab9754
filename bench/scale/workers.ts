/** What a request costs with two workers over one, under the same load. @module */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Door, type DoorOptions, startDoor } from '../door.ts';
import { type Load, measure, median, type Sample } from '../load.ts';
import { BOTH_CORES } from '../process.ts';
import type { Rounds } from '../requests.ts';

/** Workers of each door; the last shows what a second process costs, whoever has started it. */
const SUBJECTS = [
  { name: 'one worker', workers: [1] },
  { name: 'two workers', workers: [2] },
  { name: 'two doors', workers: [1, 1] },
] as const;

/**
 * A busy connection asks again as soon as it has its answer; one that rests does so five
 * milliseconds later, and all of them together leave one worker idle for a part of the time.
 */
const LOADS = [
  { name: '64 busy connections', connections: 64, rests: false },
  { name: '128 busy connections', connections: 128, rests: false },
  { name: '256 busy connections', connections: 256, rests: false },
  { name: '64 connections that rest', connections: 64, rests: true },
] as const;

const REST = 'function delay() return 5 end\n';

export type SubjectName = (typeof SUBJECTS)[number]['name'];

/** Every subject under one load. */
export interface WorkersRow {
  readonly load: (typeof LOADS)[number]['name'];
  readonly subjects: Readonly<Record<SubjectName, SubjectFigures>>;
}

interface SubjectFigures {
  /** One a round. */
  readonly cpuUs: readonly number[];
  readonly requestsPerSec: number;
  readonly rssKb: number;
}

interface Subject {
  readonly name: SubjectName;
  readonly doors: readonly Door[];
}

/** Load after load: every subject in each round, every other round backwards. */
export async function measureWorkers(
  folder: string,
  upstream: number,
  rounds: Rounds,
): Promise<readonly WorkersRow[]> {
  const script = join(folder, 'rest.lua');
  writeFileSync(script, REST);
  const subjects: Subject[] = [];
  try {
    for (const { name, workers } of SUBJECTS) {
      const doors: Door[] = [];
      subjects.push({ name, doors });
      for (const count of workers) {
        const options: DoorOptions = { upstream, core: BOTH_CORES, sessions: 1, workers: count };
        doors.push(await startDoor(folder, options));
      }
    }
    const rows: WorkersRow[] = [];
    for (const { name, connections, rests } of LOADS) {
      const load = { connections, seconds: rounds.seconds, ...(rests ? { script } : {}) };
      rows.push({ load: name, subjects: await measureLoad(subjects, load, rounds.count) });
    }
    return rows;
  } finally {
    for (const { doors } of subjects) for (const door of doors) await door.stop();
  }
}

type Pressure = Pick<Load, 'script' | 'connections' | 'seconds'>;

/** The first round warms up. */
async function measureLoad(
  subjects: readonly Subject[],
  load: Pressure,
  count: number,
): Promise<WorkersRow['subjects']> {
  const taken = subjects.map(({ name, doors }) => ({ name, doors, samples: [] as Sample[] }));
  for (let round = -1; round < count; round += 1) {
    for (const { doors, samples } of round % 2 === 0 ? taken : taken.toReversed()) {
      const sample = await loadAll(doors, load);
      if (round >= 0) samples.push(sample);
    }
  }
  const figures = taken.map(({ name, samples }): [SubjectName, SubjectFigures] => [
    name,
    {
      cpuUs: samples.map(({ cpuUs }) => cpuUs),
      requestsPerSec: median(samples.map(({ requestsPerSec }) => requestsPerSec)),
      rssKb: median(samples.map(({ rssKb }) => rssKb)),
    },
  ]);
  return Object.fromEntries(figures) as WorkersRow['subjects'];
}

/** The same connections, whether one door has all of them or each its share. */
async function loadAll(doors: readonly Door[], load: Pressure): Promise<Sample> {
  const samples = await Promise.all(
    doors.map((door) =>
      measure(door, {
        ...load,
        path: '/hello.txt',
        headers: [`Cookie: ${door.cookies[0]}`],
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
export function cpuRatio({ subjects }: WorkersRow, name: SubjectName, other: SubjectName): number {
  const others = subjects[other].cpuUs;
  return median(subjects[name].cpuUs.map((cpuUs, i) => cpuUs / (others[i] ?? Number.NaN)));
}
