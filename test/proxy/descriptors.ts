/** How many files and sockets this process holds open. @module */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** Resolves once no more descriptors are open than at the start, give or take a few. */
export async function descriptorsBackTo(before: number): Promise<void> {
  while (descriptors() > before + 5) await sleep(50);
}
