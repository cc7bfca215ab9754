/** Chance that falls the same way again for the same seed. @module */

/** Dice of one run of the loop. */
export interface Dice {
  /** From 0 up to, and without, 1. */
  fraction(): number;
  pick<T>(from: readonly T[]): T;
}

/** Throws the dice of a seed: a xorshift of 32 bits is even enough to choose moments with. */
export function createDice(seed: number): Dice {
  // Zero would stay zero for ever.
  let state = seed | 0 || 1;
  const fraction = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    fraction,
    pick: (from) => from[Math.floor(fraction() * from.length)]!,
  };
}
