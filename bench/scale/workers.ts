/** What a request costs with two workers over one: the same load, the same core. @module */
import { startDoor } from '../door.ts';
import { measure, median, type Sample } from '../load.ts';
import { SUBJECT_CORE } from '../process.ts';
import type { Rounds } from '../requests.ts';

export interface WorkersRow {
  readonly workers: 1 | 2;
  readonly samples: readonly Sample[];
}

const CONNECTIONS = 32;

/** Doors with one and with two workers, in alternating rounds; the first warms up. */
export async function measureWorkers(
  folder: string,
  upstream: number,
  rounds: Rounds,
): Promise<readonly WorkersRow[]> {
  const subjects = [];
  for (const workers of [1, 2] as const) {
    const door = await startDoor(folder, { upstream, core: SUBJECT_CORE, sessions: 1, workers });
    subjects.push({ workers, door, samples: [] as Sample[] });
  }
  try {
    for (let round = 0; round <= rounds.count; round += 1) {
      for (const { door, samples } of round % 2 === 0 ? subjects : subjects.toReversed()) {
        const headers = [`Cookie: ${door.cookies[0]}`];
        const load = { path: '/hello.txt', headers, connections: CONNECTIONS };
        const sample = await measure(door, { ...load, seconds: rounds.seconds });
        if (round > 0) samples.push(sample);
      }
    }
    return subjects.map(({ workers, samples }) => ({ workers, samples }));
  } finally {
    for (const { door } of subjects) await door.stop();
  }
}

/** CPU of two for CPU of one, within a round; the median of the rounds. */
export function workersRatio([one, two]: readonly WorkersRow[]): number {
  return median(
    (two?.samples ?? []).map(
      ({ cpuUs }, round) => cpuUs / (one?.samples[round]?.cpuUs ?? Number.NaN),
    ),
  );
}
