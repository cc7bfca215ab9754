/** Workers: as many as wanted, and another for each that dies. @module */
import cluster from 'node:cluster';
import type { Config } from '../config/config.ts';
import { StartupError } from '../core/errors.ts';
import { toWire } from './config-wire.ts';
import { ANSWER_PATIENCE_MS, type Member } from './member.ts';
import { type CrewDeps, Places } from './places.ts';
import type { Questions, StartAnswer } from './questions.ts';

/** The workers of one primary. */
export interface Crew {
  /** Asks everybody who serves; leaves out those who do not answer. */
  askAll<Q extends keyof Questions>(
    question: Q,
    asked: Questions[Q]['asked'],
  ): Promise<readonly Questions[Q]['answer'][]>;
  /**
   * Brings everybody to another configuration, or nobody: one tries it first, and whoever
   * fails after that is replaced by one who starts with it.
   *
   * @returns how many are replaced
   * @throws StartupError as the first gave it; the old configuration stays
   */
  reload(next: Config): Promise<number>;
  /** Drains everybody; none is replaced any more. @returns whether everything finished by itself */
  drain(graceMs: number): Promise<boolean>;
  /** At once, whatever they do. */
  kill(): void;
}

type Started = Extract<StartAnswer, { ok: true }>;

/** A crew whose first worker serves. */
export interface StartedCrew {
  readonly crew: Crew;
  /** The addresses that are really bound. */
  readonly addresses: Started['addresses'];
  /** Resolves once every other worker has started, or has failed and is tried again. */
  readonly complete: Promise<unknown>;
}

/**
 * Starts the workers. They accept by themselves on one shared socket (ADR 22), so that
 * the primary carries no traffic and the queue of a worker that dies is everybody's.
 *
 * @returns when the first one serves; the others follow
 * @throws StartupError as the first worker gave it, when it cannot open its door
 */
export async function startCrew(deps: CrewDeps): Promise<StartedCrew> {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args: ['run'], serialization: 'advanced' });
  const members = new Set<Member>();
  const places = new Places(deps, members);
  const first = await places.fill(1);
  if (!first.ok) throw new StartupError(first.message, first.exitCode);
  places.isStanding = true;
  const others = Array.from({ length: deps.size - 1 }, (_, index) => places.fill(index + 2));
  const complete = Promise.all(others);
  return { crew: crewOf(places, members), addresses: first.addresses, complete };
}

/** Ends every worker at once, also those that have only just been started. */
export function killWorkers(): void {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
}

function crewOf(places: Places, members: ReadonlySet<Member>): Crew {
  const kill = () => {
    places.isClosing = true;
    killWorkers();
  };
  return {
    async askAll(question, asked) {
      const asking = [...members].map((member) => member.ask(question, asked, ANSWER_PATIENCE_MS));
      return (await Promise.all(asking)).filter((answer) => answer !== undefined);
    },
    async reload(next) {
      const { silent, untried, refusal } = await tryFirst([...members], next);
      // Those who said nothing may yet do it: nobody knows by what they serve.
      for (const member of silent) void member.replace(next.drainMs);
      if (refusal !== undefined) throw new StartupError(refusal);
      // Before the others: whoever starts in this moment starts with it.
      places.adopt(next);
      const failed = await whoCannotTake(untried, next);
      for (const member of failed) void member.replace(next.drainMs);
      return silent.length + failed.length;
    },
    async drain(graceMs) {
      places.isClosing = true;
      const areClean = await Promise.all([...members].map((member) => member.farewell(graceMs)));
      kill();
      return areClean.every(Boolean);
    },
    kill,
  };
}

/** What came of trying a configuration on one member; those who say nothing are passed over. */
interface Trial {
  readonly silent: readonly Member[];
  readonly untried: readonly Member[];
  /** Why it cannot be taken, in the words of the one who tried. */
  readonly refusal?: string;
}

async function tryFirst(members: readonly Member[], next: Config): Promise<Trial> {
  for (const [index, member] of members.entries()) {
    const answer = await member.ask('reload', toWire(next), ANSWER_PATIENCE_MS);
    if (answer === undefined) continue;
    const trial = { silent: members.slice(0, index), untried: members.slice(index + 1) };
    return answer.ok ? trial : { ...trial, refusal: answer.message };
  }
  return { silent: members, untried: [] };
}

async function whoCannotTake(members: readonly Member[], next: Config) {
  const taken = await Promise.all(members.map((member) => member.takes(next)));
  return members.filter((_, index) => taken[index] !== true);
}
