/** What a running process does for its keys: proves them, and seals anew what is old. @module */
import { isStoreDown } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import { shareRuns } from '../core/shared-runs.ts';
import { SPREAD_MS } from '../data-dir/ring.ts';
import type { Notes } from '../door/health.ts';
import { describeStranger, findStranger, type ProofDeps } from './proof.ts';
import { type ResealDeps, resealCredentials } from './reseal.ts';

/** Keys, store, time, and who hears about them. */
export interface KeyUpkeepDeps extends Omit<ProofDeps & ResealDeps, 'store'> {
  readonly store: ProofDeps['store'] & ResealDeps['store'];
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Pick<Notes, 'note'>;
}

/** The work, a round at a time. */
export interface KeyUpkeep {
  /** One round; a call during a round waits for that one. */
  run(): Promise<void>;
  /** Ends a running round at the next batch. */
  close(): Promise<void>;
}

/** Builds the upkeep; it does nothing before the first round. */
export function createKeyUpkeep(deps: KeyUpkeepDeps): KeyUpkeep {
  const { log, health } = deps;
  const resealing = createResealing(deps);
  let told: string | undefined;
  let isClosed = false;
  const round = async () => {
    try {
      const stranger = await findStranger(deps);
      const sentence = stranger && describeStranger(stranger);
      if (sentence !== told) {
        told = sentence;
        health.note('installation', sentence);
        // It goes on: the key files of several machines are changed one after the other.
        if (sentence !== undefined) log.error({}, sentence);
      }
      if (stranger === undefined) await resealing(() => isClosed);
    } catch (error) {
      if (isStoreDown(error)) return;
      log.warn({ err: error }, 'The keys could not be looked after; the next round tries again.');
    }
  };
  const rounds = shareRuns(round);
  return {
    run: rounds.run,
    async close() {
      isClosed = true;
      await rounds.running;
    },
  };
}

/** Walks while a replaced key is there, until a walk that began late enough found nothing. */
function createResealing(deps: KeyUpkeepDeps): (isStopped: () => boolean) => Promise<void> {
  const { storeKeys, clock, log } = deps;
  let ring = { keys: storeKeys.keys, seenAtMs: clock.nowMs(), isSettled: false };
  return async (isStopped) => {
    if (ring.keys !== storeKeys.keys) {
      ring = { keys: storeKeys.keys, seenAtMs: clock.nowMs(), isSettled: false };
    }
    if (ring.isSettled || (storeKeys.replacedIds?.size ?? 0) === 0) return;
    const walked = ring;
    // A process that had not heard of the next key may have sealed with the old one until then.
    const isLate = clock.nowMs() - walked.seenAtMs >= SPREAD_MS;
    const { resealed, damaged } = await resealCredentials(deps, isStopped);
    if (resealed > 0) log.info({ resealed }, 'Credentials were sealed with the current store key.');
    if (damaged > 0) {
      log.error({ damaged }, 'Some credentials open with no key: give these people new ones.');
    }
    walked.isSettled = isLate && resealed === 0 && !isStopped();
  };
}
