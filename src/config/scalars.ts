/** Schemas of single values; each carries the words that say what would be right. @module */
import * as z from 'zod';
import { parseDuration } from '../core/duration.ts';
import { accepted, type Parsed, type Refusal, refused } from '../core/parsed.ts';
import { parseSize } from '../core/size.ts';

/** Parameters of the custom issues that {@link parsedText} raises. */
export interface RefusalParams {
  readonly refusal: Refusal;
}

/**
 * A text that a parser of `core/` turns into a value.
 *
 * @param expected  what is right, as a noun with its article: `a duration such as 8h`
 */
export function parsedText<T>(expected: string, parse: (text: string) => Parsed<T>) {
  return z.string({ error: expected }).transform((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    const { refusal } = parsed;
    const params: RefusalParams = { refusal };
    context.issues.push({ code: 'custom', input: text, message: refusal.problem, params });
    return z.NEVER;
  });
}

/** Inclusive bounds, as {@link duration} and {@link size} read them: `1s`, `1MB`. */
export interface Bounds {
  readonly min: string;
  readonly max: string;
}

/** Whole milliseconds, written as `8h`. */
export function duration({ min, max }: Bounds) {
  const [minMs, maxMs] = [boundOf(parseDuration(min)), boundOf(parseDuration(max))];
  return parsedText('a duration such as 30s, 15m or 8h', (text) =>
    bounded(parseDuration(text), minMs, maxMs, `write ${min} to ${max}`),
  );
}

/** Whole bytes, written as `10MB`. */
export function size({ min, max }: Bounds) {
  const [minBytes, maxBytes] = [boundOf(parseSize(min)), boundOf(parseSize(max))];
  return parsedText('a size such as 32KB or 10MB', (text) =>
    bounded(parseSize(text), minBytes, maxBytes, `write ${min} to ${max}`),
  );
}

/**
 * A text that a parser reads, or the word `unlimited` for "no bound at all".
 *
 * @param unlimited  the value that the word stands for
 */
export function orUnlimited<S extends z.ZodType, U>(schema: S, expected: string, unlimited: U) {
  const word = z.literal('unlimited').transform(() => unlimited);
  return z.union([word, schema], { error: `${expected}, or unlimited` });
}

/** A whole number within inclusive bounds. */
export function whole(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** One word of a closed list. */
export function choice<const W extends readonly string[]>(words: W) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** True or false. */
export function flag() {
  return z.boolean({ error: 'true or false' });
}

/** Text of one line that fits `pattern`. */
export function text(expected: string, pattern: RegExp) {
  return parsedText(expected, (value) =>
    pattern.test(value) ? accepted(value) : refused('does not fit', `write ${expected}`),
  );
}

/** Several values in YAML's list notation. */
export function list<S extends z.ZodType>(item: S, expected: string) {
  return z.array(item, { error: expected });
}

/** A mapping with these keys and no others. */
export function section<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, { error: 'a section of keys' });
}

function bounded(parsed: Parsed<number>, min: number, max: number, remedy: string): Parsed<number> {
  if (!parsed.ok) return parsed;
  if (parsed.value < min) return refused('is too little', remedy);
  if (parsed.value > max) return refused('is too much', remedy);
  return parsed;
}

function boundOf(parsed: Parsed<number>): number {
  if (!parsed.ok) throw new TypeError(`A bound in the schema ${parsed.refusal.problem}`);
  return parsed.value;
}
