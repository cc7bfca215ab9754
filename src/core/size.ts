/** Sizes as people write them: `10MB`, `32KiB`, `512B`. @module */
import { accepted, type Parsed, refused } from './parsed.ts';

// KB is a thousand and KiB is 1,024, as IEC 80000-13 has it: the two can be told apart.
const UNITS = [
  ['TiB', 1024 ** 4],
  ['TB', 1000 ** 4],
  ['GiB', 1024 ** 3],
  ['GB', 1000 ** 3],
  ['MiB', 1024 ** 2],
  ['MB', 1000 ** 2],
  ['KiB', 1024],
  ['KB', 1000],
  ['B', 1],
] as const;
const UNIT_BYTES: ReadonlyMap<string, number> = new Map(
  UNITS.map(([unit, bytes]) => [unit.toLowerCase(), bytes]),
);
const SIZE = /^(\d+(?:\.\d+)?)\s?([kmgt]?i?b)$/i;
const REMEDY = 'write a number with a unit (B, KB, MB, GB, or KiB, MiB, GiB), such as 10MB';

/**
 * Reads a size; the unit may be in any case, and never lacks.
 *
 * @returns whole bytes; KB, MB, GB, TB count in thousands, KiB, MiB … in 1,024s
 */
export function parseSize(text: string): Parsed<number> {
  if (/^\d+(?:\.\d+)?$/.test(text)) return refused('has no unit', REMEDY);
  const [, amount, unit] = SIZE.exec(text) ?? [];
  const unitBytes = UNIT_BYTES.get(unit?.toLowerCase() ?? '');
  if (unitBytes === undefined) return refused('is not a size', REMEDY);
  const bytes = Math.round(Number(amount) * unitBytes);
  if (!Number.isSafeInteger(bytes)) return refused('is more than can be counted', REMEDY);
  return accepted(bytes);
}

/** Writes whole bytes in the largest unit that leaves no rest. */
export function formatSize(bytes: number): string {
  for (const [unit, unitBytes] of UNITS) {
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  }
  return `${bytes}B`;
}
