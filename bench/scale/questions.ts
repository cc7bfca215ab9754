/** How often a door asks its store: for a request, a sign-in, a sign-out, and for nothing. @module */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../load.ts';
import { type CountedDoor, openCountedDoor } from './doors.ts';
import type { Kind, Places } from './places.ts';
import { settle } from './residents.ts';
import { signIn, signOut, VISITED, type Visitor, visitorOf } from './visitors.ts';

export interface Questions {
  readonly kind: Kind;
  readonly perRequest: number;
  readonly perSignIn: number;
  readonly perSignOut: number;
  /** Of a door that nobody uses, in a second. */
  readonly idle: number;
  readonly idleCpuMs: number;
}

const PEOPLE = 20;
const REQUESTS = 50;

/** Medians over people: the feed is read once a second beside them. */
export async function countQuestions(
  folder: string,
  places: Places,
  { kind, idleSec }: { readonly kind: Kind; readonly idleSec: number },
): Promise<Questions> {
  let names: readonly string[] = [];
  const door = await openCountedDoor(folder, {
    ...{ places, kind },
    yaml: `${VISITED}auth: { factors: [totp] }`,
    prepare: async (house) => {
      names = [...(await settle(house, { count: PEOPLE, prefix: 'guest-' })).keys()];
    },
  });
  try {
    const visitors = names.map((name, at) => visitorOf(door, name, at));
    const each = (act: (visitor: Visitor) => Promise<unknown>) => countEach(door, visitors, act);
    const perSignIn = await each((visitor) => signIn(door, visitor));
    const perRequest = await each(async ({ client, headers }) => {
      for (let n = 0; n < REQUESTS; n += 1) await client.get('/_auth/check', headers);
    });
    const perSignOut = await each(signOut);
    return { kind, perRequest, perSignIn, perSignOut, ...(await rest(door, idleSec)) };
  } finally {
    await door.stop();
  }
}

async function countEach(
  door: CountedDoor,
  visitors: readonly Visitor[],
  act: (visitor: Visitor) => Promise<unknown>,
): Promise<number> {
  const counts: number[] = [];
  for (const visitor of visitors) {
    const before = door.asked();
    await act(visitor);
    counts.push(door.asked() - before);
  }
  return median(counts);
}

async function rest(
  door: CountedDoor,
  seconds: number,
): Promise<Pick<Questions, 'idle' | 'idleCpuMs'>> {
  // Compilers and collectors tidy up after the visitors.
  await delay(2_000);
  const [asked, cpuMs] = [door.asked(), preciseCpuMs(door.running.pid)];
  await delay(seconds * 1000);
  return {
    idle: (door.asked() - asked) / seconds,
    idleCpuMs: (preciseCpuMs(door.running.pid) - cpuMs) / seconds,
  };
}

/** Nanoseconds on a processor, of each thread: ticks would be as coarse as the answer. */
function preciseCpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const ns = readdirSync(tasks).map((id) =>
    Number(readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}
