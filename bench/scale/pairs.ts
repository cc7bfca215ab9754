/** Two installations alike, one of them full. @module */

import { type Population, populate } from '../../test/store/population.ts';
import type { Pair, Wound } from './growth.ts';
import { foundHouse } from './house.ts';
import type { Kind, Places } from './places.ts';

export type { Population } from '../../test/store/population.ts';

// No password: argon2 would hide whatever grows.
const YAML = 'upstream: http://127.0.0.1:9\nauth: { factors: [totp] }';

/** Founds both and fills one. */
export async function openPair(
  folder: string,
  options: { readonly places: Places; readonly kind: Kind; readonly population: Population },
): Promise<Pair> {
  const { places, kind, population } = options;
  const clock = createWound();
  const found = async () =>
    foundHouse(folder, { place: await places.found(kind), clock, yaml: YAML });
  const pair = { kind, clock, empty: await found(), full: await found() };
  await populate(pair.full.address, population, clock.nowMs());
  return pair;
}

function createWound(): Wound {
  let aheadMs = 0;
  return {
    nowMs: () => Date.now() + aheadMs,
    wind: (ms) => {
      aheadMs += ms;
    },
  };
}
