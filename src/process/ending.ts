/** How a process of the door ends, and what it says then. @module */
import type { AdminServer } from '../admin/server.ts';
import type { Log } from '../core/log.ts';
import type { FlushableLog } from '../telemetry/logger.ts';
import type { Ending } from './signals.ts';

/** Whether every request finished by itself, or that nobody was served yet. */
export type Ended = 'drained' | 'cut' | 'broken-off';

/** What is open beside the door itself. */
export interface Beside {
  readonly admin?: AdminServer | undefined;
  readonly stopReloads?: () => Promise<void>;
}

/** The last line; a start that is broken off has said so already. */
export const LAST_WORDS: Readonly<Record<Ended, string | undefined>> = {
  drained: 'drained',
  cut: 'drained; some requests were cut',
  'broken-off': undefined,
};

/**
 * Waits for the door to open, unless a signal comes first. Nothing is undone then: a start may
 * be killed at any point, and what it waits for, such as a database that says nothing, may
 * never come. The caller ends the process.
 *
 * @returns undefined where it was broken off
 * @throws whatever the opening throws, as long as nobody has asked for the end
 */
export async function openUnlessTold<T extends object>(
  opening: Promise<T>,
  ending: Ending,
  log: Log,
): Promise<T | undefined> {
  const first = await Promise.race([opening, ending.told]);
  if (typeof first === 'string') {
    log.info({}, `${first} received, the start is broken off`);
    return undefined;
  }
  void ending.told.then((signal) => log.info({}, `${signal} received, draining`));
  return first;
}

/**
 * Waits until somebody asks for the end, and makes it: reloads stop before the drain, which a
 * new configuration would disturb, and the numbers go last, since they show how it gets on.
 */
export async function drainWhenTold(
  ending: Pick<Ending, 'told'>,
  { admin, stopReloads }: Beside,
  drain: () => Promise<boolean>,
): Promise<Ended> {
  await ending.told;
  await stopReloads?.();
  const isClean = await drain();
  await admin?.close();
  return isClean ? 'drained' : 'cut';
}

/**
 * Ends this process once its last lines are out; whatever else is left in it, such as a call
 * that nobody answers, does not hold it.
 */
export async function endProcess(log: Pick<FlushableLog, 'flush'> | undefined): Promise<never> {
  await log?.flush();
  process.exit(0);
}
