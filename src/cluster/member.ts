/** One worker, as the primary deals with it. @module */
import type { Worker } from 'node:cluster';
import type { Config } from '../config/config.ts';
import { toWire } from './config-wire.ts';
import { type Asker, createAsker } from './questions.ts';

/** How a worker has ended. */
export interface End {
  /** Null where a signal has ended it. */
  readonly code: number | null;
  /** The signal, or the exit code in words. */
  readonly reason: string;
}

/** A worker, from its start to its end. */
export interface Member extends Asker {
  readonly ended: Promise<End>;
  /** @returns whether it serves by this configuration now */
  takes(config: Config): Promise<boolean>;
  /**
   * Has it drain. One that a signal has reached first drains all the same, and answers by its end.
   *
   * @returns whether every request finished by itself
   */
  farewell(graceMs: number): Promise<boolean>;
  /** Lets it finish, then ends it; its place is filled again as after any other end. */
  replace(graceMs: number): Promise<void>;
  /** At once, with everything that it does. */
  kill(): void;
}

/** How long a worker may take for an answer that costs it nothing. */
export const ANSWER_PATIENCE_MS = 5_000;
/** Beyond the drain itself, for closing the store. */
const FAREWELL_MS = 5_000;

/** Makes the primary's view of a worker that has just been started. */
export function createMember(worker: Worker): Member {
  const asker = createAsker(worker);
  const ended = endOf(worker);
  const kill = () => void worker.process.kill('SIGKILL');
  async function farewell(graceMs: number): Promise<boolean> {
    const said = await asker.ask('drain', { graceMs }, graceMs + FAREWELL_MS);
    const late = new Promise<undefined>((resolve) => {
      setTimeout(resolve, FAREWELL_MS, undefined).unref();
    });
    const end = await Promise.race([ended, late]);
    return said ?? end?.code === 0;
  }
  return {
    ...asker,
    ended,
    farewell,
    kill,
    async takes(config) {
      return (await asker.ask('reload', toWire(config), ANSWER_PATIENCE_MS))?.ok === true;
    },
    async replace(graceMs) {
      await farewell(graceMs);
      kill();
    },
  };
}

function endOf(worker: Worker): Promise<End> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve({ code, reason: signal ?? `exit code ${code}` }));
  });
}
