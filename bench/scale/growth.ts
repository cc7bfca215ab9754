/** What a full store costs over an empty one: the same work on both, in alternating rounds. @module */
import { signIn } from '../../src/accounts/sign-in.ts';
import type { Session } from '../../src/session/contract.ts';
import { median } from '../load.ts';
import type { House } from './house.ts';
import type { Kind } from './places.ts';
import { codeNow, settle, sourceOf } from './residents.ts';

/** What is compared, in the words of the table. */
const WORKS = [
  'sign-in',
  'sign-out',
  'ending a person’s eight sessions',
  'disabling a person with eight sessions',
] as const;

export interface Growth {
  readonly kind: Kind;
  readonly work: (typeof WORKS)[number];
  /** Milliseconds for one; medians of all rounds. */
  readonly emptyMs: number;
  readonly fullMs: number;
  /** The median of the rounds' quotients. */
  readonly ratio: number;
}

/** A clock that is put forward, so that nobody waits for the next code. */
export interface Wound {
  nowMs(): number;
  wind(ms: number): void;
}

/** Two installations alike but for what is in their stores. */
export interface Pair {
  readonly kind: Kind;
  readonly empty: House;
  readonly full: House;
  readonly clock: Wound;
}

const PEOPLE = 10;
const SIGN_INS = 10;
const SIGN_OUTS = 2;
const STEP_MS = 30_000;

/** Every work of {@link WORKS} in each round, on both, whichever comes first. */
export async function measureGrowth(pair: Pair, rounds: number): Promise<readonly Growth[]> {
  const costs: { readonly empty: readonly number[]; readonly full: readonly number[] }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const);
    const cost = { empty: [] as readonly number[], full: [] as readonly number[] };
    for (const which of order) cost[which] = await runRound(pair[which], pair.clock, round);
    // The first round warms up.
    if (round > 0) costs.push(cost);
  }
  return WORKS.map((work, at) => {
    const of = (which: 'empty' | 'full') => costs.map((cost) => cost[which][at] as number);
    const [emptyMs, fullMs] = [of('empty'), of('full')];
    const ratio = median(fullMs.map((ms, round) => ms / (emptyMs[round] as number)));
    return { kind: pair.kind, work, emptyMs: median(emptyMs), fullMs: median(fullMs), ratio };
  });
}

/** @returns milliseconds for one work each, in the order of {@link WORKS} */
async function runRound(house: House, clock: Wound, round: number): Promise<readonly number[]> {
  const people = [...(await settle(house, { count: PEOPLE, prefix: `round${round}-` }))];
  const opened: Session[][] = people.map(() => []);
  const signIns: number[] = [];
  for (let wave = 0; wave < SIGN_INS; wave += 1) {
    clock.wind(STEP_MS);
    for (const [at, [name]] of people.entries()) {
      const begunMs = performance.now();
      opened[at]?.push(await enter(house, name, sourceOf(round * PEOPLE + at)));
      signIns.push(performance.now() - begunMs);
    }
  }
  const signOuts: number[] = [];
  for (const session of opened.flatMap((sessions) => sessions.slice(0, SIGN_OUTS))) {
    signOuts.push(await timed(() => house.sessions.end(session)));
  }
  const ends: number[] = [];
  const disables: number[] = [];
  for (const [at, [, id]] of people.entries()) {
    if (at % 2 === 0) ends.push(await timed(() => house.store.endSessions(id)));
    else disables.push(await timed(() => house.store.setDisabled(id, clock.nowMs())));
  }
  return [signIns, signOuts, ends, disables].map(median);
}

/** What the pages do once the form is read: the proofs, then a session. */
export async function enter(house: House, name: string, source: string): Promise<Session> {
  const proofs = { name, password: undefined, code: codeNow(house) };
  const result = await signIn(
    house.tools,
    { ...proofs, recogniseBrowser: async () => undefined },
    { source, requestId: 'bench' },
  );
  if (!result.ok) throw new Error(`${name}: ${result.reason}`);
  const { identity, amr, credentialIds } = result;
  const started = await house.sessions.start(identity, amr, credentialIds);
  if (started === undefined) throw new Error(`${name} got no session`);
  return started.session;
}

/** How long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now();
  await work();
  return performance.now() - begunMs;
}
