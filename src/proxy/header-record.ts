/** Header lists in the shape that http-proxy wants them. @module */
import type { RawHeaders } from './header-passes.ts';

/** One entry for each name, in the first spelling seen; several lines as a list. */
export type HeaderRecord = Record<string, string | string[]>;

/** Groups a flat list by name, since two spellings of one name would overwrite each other. */
export function headerRecord(headers: RawHeaders): HeaderRecord {
  // No prototype: a header may well be called `__proto__`.
  const record: HeaderRecord = Object.create(null);
  const spellings = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    const lower = name.toLowerCase();
    const spelling = spellings.get(lower);
    if (spelling === undefined) {
      spellings.set(lower, name);
      record[name] = value;
      continue;
    }
    const before = record[spelling] as string | string[];
    record[spelling] = typeof before === 'string' ? [before, value] : [...before, value];
  }
  return record;
}
