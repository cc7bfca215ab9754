/** Places for workers, each held by one at a time. @module */
import cluster from 'node:cluster';
import type { Config } from '../config/config.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import { toWire } from './config-wire.ts';
import { createMember, type Member } from './member.ts';
import type { StartAnswer } from './questions.ts';
import { nextWait, type Wait, type Waiting } from './waiting.ts';

/** Who works, and what is said about it. */
export interface CrewDeps {
  readonly size: number;
  /** For those who start from here on; a reload of the crew changes it. */
  readonly current: { config: Config };
  readonly log: Log;
  readonly clock: Clock;
}

/** Loading the program and opening the store, on a busy machine. */
const START_PATIENCE_MS = 60_000;

/** The places of the crew, each held by one worker at a time. */
export class Places {
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
    const { clock, current } = this.#deps;
    const { config } = current;
    const member = createMember(cluster.fork());
    const asked = { place, config: toWire(config) };
    const answer = await member.ask('start', asked, START_PATIENCE_MS);
    if (answer?.ok === true) void this.#join(member, config);
    else member.kill();
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

  /** For those who start from here on. */
  adopt(config: Config): void {
    this.#deps.current.config = config;
  }

  /**
   * A reload asks members only: one that came while this worker opened its door has passed it
   * by, and a permission that was taken back would be alive in one process for ever.
   */
  async #join(member: Member, config: Config): Promise<void> {
    this.#members.add(member);
    const { current } = this.#deps;
    if (current.config === config || (await member.takes(current.config))) return;
    await member.replace(current.config.drainMs);
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
