/** Durations as people write them: `8h`, `1h30m`, `500ms`. @module */
import { accepted, type Parsed, refused } from './parsed.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const UNIT_MS: ReadonlyMap<string, number> = new Map(UNITS);
const DURATION = /^(?:\d+(?:\.\d+)?\s?(?:ms|[dhms])\s?)+$/;
const PART = /(\d+(?:\.\d+)?)\s?(ms|[dhms])/g;
const REMEDY = 'write a number with a unit (d, h, m, s, ms), such as 30s, 15m or 8h';

/**
 * Reads a duration: numbers with the units `d`, `h`, `m`, `s`, `ms`, added up.
 *
 * @returns whole milliseconds; a duration never lacks its unit
 */
export function parseDuration(text: string): Parsed<number> {
  if (/^\d+(?:\.\d+)?$/.test(text)) return refused('has no unit', REMEDY);
  if (!DURATION.test(text)) return refused('is not a duration', REMEDY);
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    totalMs += Number(amount) * (UNIT_MS.get(unit ?? '') ?? Number.NaN);
  }
  const wholeMs = Math.round(totalMs);
  if (!Number.isSafeInteger(wholeMs)) return refused('is longer than can be counted', REMEDY);
  return accepted(wholeMs);
}

/**
 * Writes whole milliseconds the way {@link parseDuration} reads them. Days are
 * used from two on: operators say 24h, and 7d.
 */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let restMs = durationMs;
  for (const [unit, unitMs] of UNITS) {
    if (unit === 'd' && durationMs < 2 * unitMs) continue;
    const count = Math.floor(restMs / unitMs);
    if (count > 0) parts.push(`${count}${unit}`);
    restMs %= unitMs;
  }
  return parts.length > 0 ? parts.join('') : '0s';
}
