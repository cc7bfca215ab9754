/** Kills a door again and again, at moments that the dice choose. @module */
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Dice } from './dice.ts';
import { type Aftermath, FLOWS, type Victim } from './flows.ts';
import { findPerson } from './found.ts';
import type { MortalDoor } from './mortal-door.ts';

/** How many requests are under way at once. */
const CROWDS = [1, 2];
/** Of all kills: as soon as one of them is acknowledged, before anything else can happen. */
const AT_THE_ANSWER = 0.2;
const CUT = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);
const PROGRESS_EVERY = 50;
const FIRST_REACH_MS = 40;
const [NEARER, FURTHER] = [0.75, 1.3];
/**
 * Two seconds, for which the server lets a silent transaction hold the lock of all writes
 * (ADR 20), and as much again for a busy machine.
 */
const FORGOTTEN_WITHIN_MS = 4_000;

/** What became of the requests that were killed. */
export interface Counts {
  acknowledged: number;
  /** It had happened, and nobody has heard of it. */
  unsaid: number;
  undone: number;
}

/** The figures of one loop. */
export interface Report {
  kills: number;
  longestHoldMs: number;
  /** By flow. */
  readonly tallies: ReadonlyMap<string, Counts>;
}

interface Loop {
  readonly door: MortalDoor;
  readonly dice: Dice;
  readonly report: Report;
  /**
   * The latest moment. Each acknowledgement brings it nearer and each silence takes it further,
   * so that about half of the kills fall into the request, however busy the machine is.
   */
  reachMs: number;
}

/**
 * Kills `count` times, and holds each restart to the rules of the flows.
 *
 * @throws an error that names the kill; what went wrong is its cause
 */
export async function killAgainAndAgain(
  door: MortalDoor,
  dice: Dice,
  { count, onProgress }: { readonly count: number; readonly onProgress: (so: Report) => void },
): Promise<Report> {
  const tallies = new Map(
    Object.keys(FLOWS).map((flow) => [flow, { acknowledged: 0, unsaid: 0, undone: 0 }]),
  );
  const report: Report = { kills: 0, longestHoldMs: 0, tallies };
  const loop: Loop = { door, dice, report, reachMs: FIRST_REACH_MS };
  await door.start();
  while (report.kills < count) {
    await killOnce(loop).catch((cause: unknown) => {
      throw new Error(`kill ${report.kills}: ${String(cause)}`, { cause });
    });
    if (report.kills % PROGRESS_EVERY === 0) onProgress(report);
  }
  return report;
}

async function killOnce(loop: Loop): Promise<void> {
  const { door, dice, report } = loop;
  const crowd = Array.from({ length: dice.pick(CROWDS) }, () => dice.pick(Object.keys(FLOWS)));
  const victims = await Promise.all(
    crowd.map((flow, i) => FLOWS[flow]!(door, `person${report.kills}-${i}`)),
  );
  const before = await lookAt(door, victims);
  const answers = await killDuring(loop, victims);
  report.kills += 1;
  const holdMs = await door.untilForgotten();
  expect(holdMs, 'the lock of a dead door').toBeLessThan(FORGOTTEN_WITHIN_MS);
  report.longestHoldMs = Math.max(report.longestHoldMs, holdMs);
  await door.start();
  const after = await lookAt(door, victims);
  expect(await door.findDamage()).toEqual([]);
  await Promise.all(
    victims.map(async (victim, i) => {
      const isAcknowledged = answers[i]!;
      const aftermath: Aftermath = { before: before[i]!, after: after[i]!, isAcknowledged };
      const hasHappened = await victim.check(aftermath).catch((cause: unknown) => {
        throw new Error(`${crowd[i]}: ${String(cause)}`, { cause });
      });
      const tally = report.tallies.get(crowd[i]!)!;
      tally[isAcknowledged ? 'acknowledged' : hasHappened ? 'unsaid' : 'undone'] += 1;
    }),
  );
}

/** Sends all requests and kills; says which were acknowledged. */
async function killDuring(loop: Loop, victims: readonly Victim[]): Promise<readonly boolean[]> {
  const { door, dice } = loop;
  const isAtTheAnswer = dice.fraction() < AT_THE_ANSWER;
  const atMs = performance.now() + dice.fraction() * loop.reachMs;
  const answers = victims.map(answerOf);
  if (isAtTheAnswer) await Promise.race(answers);
  // A timer knows whole milliseconds only, in which a transaction begins and ends.
  else while (performance.now() < atMs) await setImmediate();
  await door.kill();
  const all = (await Promise.all(answers)).map((answer) => {
    expect(['acknowledged', 'cut'], 'what became of a request').toContain(answer);
    return answer === 'acknowledged';
  });
  if (!isAtTheAnswer) loop.reachMs *= all[0] ? NEARER : FURTHER;
  return all;
}

/** Only a connection that broke is the kill's work: a refusal is the door's. */
async function answerOf(victim: Victim): Promise<string> {
  try {
    return (await victim.act()) ? 'acknowledged' : 'refused';
  } catch (error) {
    return CUT.has((error as NodeJS.ErrnoException).code ?? '') ? 'cut' : String(error);
  }
}

const lookAt = (door: MortalDoor, victims: readonly Victim[]) =>
  door.look((store) => Promise.all(victims.map(({ name }) => findPerson(store, name))));
