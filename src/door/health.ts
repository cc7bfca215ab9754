/** Whether this process should be sent requests, and what an operator should look at. @module */
import type { Clock } from '../core/ports.ts';
import type { Store } from '../store/contract.ts';

/** What an operator should look at although the door serves. */
export interface Notes {
  /** What is wrong although the door serves as before, e.g. a refused configuration. */
  notes(): readonly string[];
  /** Replaces the note on a topic; undefined takes it away. A note holds no secret. */
  note(topic: string, text: string | undefined): void;
}

/** What is said of a process's health; the probes print it, other rooms write into it. */
export interface Health extends Notes {
  /** Why no traffic should be sent here; empty when ready. */
  reasons(): Promise<readonly string[]>;
  /** From here on the only answer is that the door is closing. */
  beginDrain(): void;
}

/** Probes come from several balancers, and a ping writes to the disk: one answer serves for a second. */
const ANSWER_TTL_MS = 1_000;

/** Builds the health of one process. */
export function createHealth(deps: {
  readonly store: Pick<Store, 'ping'>;
  readonly clock: Clock;
  readonly notes?: Notes;
}): Health {
  const { store, clock, notes = createNotes() } = deps;
  let isDraining = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly string[]> = Promise.resolve([]);
  const ask = () =>
    store.ping().then(
      () => [],
      () => ['the store cannot be written'],
    );
  return {
    async reasons() {
      if (isDraining) return ['the door is closing'];
      const nowMs = clock.nowMs();
      if (nowMs - askedAtMs >= ANSWER_TTL_MS) {
        askedAtMs = nowMs;
        answer = ask();
      }
      return answer;
    },
    beginDrain() {
      isDraining = true;
    },
    ...notes,
  };
}

/** Builds notes; there are none yet. */
export function createNotes(): Notes {
  const notes = new Map<string, string>();
  return {
    notes: () => [...notes.values()],
    note(topic, text) {
      if (text === undefined) notes.delete(topic);
      else notes.set(topic, text);
    },
  };
}
