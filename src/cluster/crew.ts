/** Workers: as many as wanted, and another for each that dies. @module */
import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../config/config.ts';
import { StartupError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import { toWire } from './config-wire.ts';
import { type Asker, createAsker, type Questions, type StartAnswer } from './questions.ts';
import { nextWait, type Wait, type Waiting } from './waiting.ts';

/** Who works, and what is said about it. */
export interface CrewDeps {
  readonly size: number;
  /** For those who start from here on: a reload changes it. */
  readonly config: () => Config;
  readonly log: Log;
  readonly clock: Clock;
}

/** The workers of one primary. */
export interface Crew {
  /** Asks everybody who serves; leaves out those who do not answer. */
  askAll<Q extends keyof Questions>(
    question: Q,
    asked: Questions[Q]['asked'],
  ): Promise<readonly Questions[Q]['answer'][]>;
  /** How many serve at this moment. */
  readonly serving: number;
  /** Drains everybody; none is replaced any more. @returns whether everything finished by itself */
  drain(graceMs: number): Promise<boolean>;
  /** At once, whatever they do. */
  kill(): void;
}

/** How a worker has ended. */
interface End {
  /** Null where a signal has ended it. */
  readonly code: number | null;
  /** The signal, or the exit code in words. */
  readonly reason: string;
}

/** A worker that serves. */
interface Member extends Asker {
  readonly ended: Promise<End>;
}

type Started = Extract<StartAnswer, { ok: true }>;

/** Loading the program and opening the store, on a busy machine. */
const START_PATIENCE_MS = 60_000;
const ANSWER_PATIENCE_MS = 5_000;
/** Beyond the drain itself, for closing the store. */
const FAREWELL_MS = 5_000;

/**
 * Starts the workers. They accept by themselves on one shared socket (ADR 22), so that
 * the primary carries no traffic and the queue of a worker that dies is everybody's.
 *
 * @returns with the addresses that are really bound
 * @throws StartupError as the first worker gave it, when it cannot open its door
 */
export async function startCrew(
  deps: CrewDeps,
): Promise<{ readonly crew: Crew; readonly addresses: Started['addresses'] }> {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args: ['run'], serialization: 'advanced' });
  const members = new Set<Member>();
  const places = new Places(deps, members);
  const first = await places.fill(1);
  if (!first.ok) throw new StartupError(first.message, first.exitCode);
  places.isStanding = true;
  const others = Array.from({ length: deps.size - 1 }, (_, index) => places.fill(index + 2));
  await Promise.all(others);
  return { crew: crewOf(places, members), addresses: first.addresses };
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
    get serving() {
      return members.size;
    },
    async drain(graceMs) {
      places.isClosing = true;
      const areClean = await Promise.all([...members].map((member) => farewell(member, graceMs)));
      kill();
      return areClean.every(Boolean);
    },
    kill,
  };
}

/** A worker that a signal has reached first drains all the same, and answers by its end. */
async function farewell(member: Member, graceMs: number): Promise<boolean> {
  const patienceMs = graceMs + FAREWELL_MS;
  const said = await member.ask('drain', { graceMs }, patienceMs);
  const late = new Promise<undefined>((resolve) => {
    setTimeout(resolve, FAREWELL_MS, undefined).unref();
  });
  const end = await Promise.race([member.ended, late]);
  return said ?? end?.code === 0;
}

/** The places of the crew, each held by one worker at a time. */
class Places {
  readonly #deps: CrewDeps;
  readonly #members: Set<Member>;
  isClosing = false;
  /** From the first worker's start on; a fault before it ends the whole start. */
  isStanding = false;

  constructor(deps: CrewDeps, members: Set<Member>) {
    this.#deps = deps;
    this.#members = members;
  }

  /** Starts a worker for a place; once the crew stands, another follows whenever one dies. */
  async fill(place: number, waiting: Waiting = { failures: 0 }): Promise<StartAnswer> {
    const { clock, config } = this.#deps;
    const worker = cluster.fork();
    const member: Member = { ...createAsker(worker), ended: endOf(worker) };
    const rules = config();
    const asked = { place, config: toWire(rules) };
    const answer = await member.ask('start', asked, START_PATIENCE_MS);
    if (answer?.ok === true) this.#admit(member, rules);
    else worker.process.kill('SIGKILL');
    const servesFromMs = answer?.ok === true ? clock.nowMs() : undefined;
    void member.ended.then(({ reason }) => {
      this.#members.delete(member);
      const livedMs = servesFromMs === undefined ? undefined : clock.nowMs() - servesFromMs;
      const said = answer?.ok === false ? answer.message : reason;
      this.#follow(place, said, nextWait(waiting, livedMs));
    });
    if (answer !== undefined) return answer;
    const message = `A worker has ended before it served (${(await member.ended).reason}).`;
    return { ok: false, message, exitCode: 1 };
  }

  /**
   * A reload asks members only: one that came while this worker opened its door has passed it
   * by, and a permission that was taken back would be alive in one process for ever.
   */
  #admit(member: Member, rules: Config): void {
    this.#members.add(member);
    const now = this.#deps.config();
    if (now !== rules) void member.ask('reload', toWire(now), ANSWER_PATIENCE_MS);
  }

  #follow(place: number, reason: string, next: Wait): void {
    if (this.isClosing || !this.isStanding) return;
    const { log } = this.#deps;
    log.error({ worker: place, reason, ...next }, 'a worker has ended, another follows');
    setTimeout(() => {
      if (!this.isClosing) void this.fill(place, next);
    }, next.waitMs);
  }
}

function endOf(worker: Worker): Promise<End> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve({ code, reason: signal ?? `exit code ${code}` }));
  });
}
