/** How many people a door lets in and out in a second. @module */
import { createPasswords } from '../../src/accounts/password.ts';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import { openBuiltDoor } from './doors.ts';
import { foundHouse } from './house.ts';
import type { Kind, Places } from './places.ts';
import { PASSWORD, settle } from './residents.ts';
import { signIn, signOut, VISITED, type Visitor, visitorOf } from './visitors.ts';

export interface Rate {
  readonly kind: Kind;
  readonly hasPassword: boolean;
  readonly signInsPerSec: number;
  readonly signOutsPerSec: number;
  /** CPU milliseconds of the door for one sign-in, forms included. */
  readonly cpuMs: number;
}

/** How many people come, with a password and without. */
export interface Crowd {
  readonly kind: Kind;
  readonly hasPassword: boolean;
  readonly count: number;
}

/** At the door at one time. */
const AT_ONCE = 16;

/** Everybody signs in once, then everybody signs out. */
export async function measureRate(
  folder: string,
  places: Places,
  { kind, hasPassword, count }: Crowd,
): Promise<Rate> {
  const yaml = `${VISITED}auth: { factors: [${hasPassword ? 'password, ' : ''}totp] }`;
  const place = await places.found(kind);
  const house = await foundHouse(folder, { place, clock, yaml });
  const hash = hasPassword ? await createPasswords({ random }).hash(PASSWORD) : undefined;
  const guests = { count, prefix: 'guest-', ...(hash !== undefined && { passwordHash: hash }) };
  const names = [...(await settle(house, guests)).keys()];
  const door = await openBuiltDoor(kind, house);
  try {
    const visitors = names.map((name, at) => visitorOf(door, name, at));
    const before = door.running.cpuUs();
    const signInsPerSec = await rateOf(visitors, (visitor) => signIn(door, visitor));
    const cpuMs = (door.running.cpuUs() - before) / 1000 / count;
    return {
      kind,
      hasPassword,
      signInsPerSec,
      signOutsPerSec: await rateOf(visitors, signOut),
      cpuMs,
    };
  } finally {
    await door.stop();
  }
}

async function rateOf(
  visitors: readonly Visitor[],
  act: (visitor: Visitor) => Promise<void>,
): Promise<number> {
  const queue = visitors.values();
  const begunMs = performance.now();
  const counter = async () => {
    for (const visitor of queue) await act(visitor);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, counter));
  return (visitors.length * 1000) / (performance.now() - begunMs);
}
