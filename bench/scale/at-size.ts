/** What happens now and then at full size: reading it all, sweeping it all. @module */
import { median } from '../load.ts';
import { enter, type Pair, timed } from './growth.ts';
import type { House } from './house.ts';
import type { Kind } from './places.ts';
import { settle, sourceOf } from './residents.ts';

export interface AtSize {
  readonly kind: Kind;
  /** Milliseconds each. */
  readonly feedMs: number;
  readonly listMs: number;
  readonly countMs: number;
  /** For every session of the store. */
  readonly purgeMs: number;
  /** Sign-ins meanwhile: the middle and the slowest, beside the middle in quiet. */
  readonly quietSignInMs: number;
  readonly signInMs: number;
  readonly slowestMs: number;
}

const SIGN_INS = 200;
const DAY_MS = 24 * 3_600_000;
const STEP_MS = 30_000;

/** Sweeps the full store empty, as its last act; people sign in meanwhile. */
export async function measureAtSize({ kind, full, clock }: Pair): Promise<AtSize> {
  const { store } = full;
  const middle = async (work: () => Promise<unknown>) =>
    median([await timed(work), await timed(work), await timed(work)]);
  // What a start waits for.
  const feedMs = await timed(() => full.sessions.poll());
  const listMs = await middle(() => store.listPrincipals('person'));
  const countMs = await middle(() => store.countSessions(clock.nowMs(), 100_000));
  const people = [...(await settle(full, { count: SIGN_INS, prefix: 'sweep-' })).keys()];
  clock.wind(STEP_MS);
  const quiet = await signInMs(full, people.slice(0, SIGN_INS / 4), () => false);
  let isSwept = false;
  const sweeping = timed(() => store.purge(clock.nowMs() + DAY_MS)).finally(() => {
    isSwept = true;
  });
  const busy = await signInMs(full, people.slice(SIGN_INS / 4), () => isSwept);
  const purgeMs = await sweeping;
  return {
    ...{ kind, feedMs, listMs, countMs, purgeMs },
    quietSignInMs: median(quiet),
    signInMs: median(busy),
    slowestMs: Math.max(...busy),
  };
}

async function signInMs(
  house: House,
  people: readonly string[],
  isOver: () => boolean,
): Promise<readonly number[]> {
  const all: number[] = [];
  for (const [at, name] of people.entries()) {
    if (isOver()) break;
    all.push(await timed(() => enter(house, name, sourceOf(at))));
  }
  return all;
}
