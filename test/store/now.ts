/** Where the tests' time stands still. @module */
import type { Clock } from '../../src/core/ports.ts';

export const NOW_MS = 1_800_000_000_000;
export const clock: Clock = { nowMs: () => NOW_MS };
