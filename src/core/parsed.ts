/** What the parsers of single values answer. @module */

/**
 * Why a text is not what it should be. `problem` and `remedy` never repeat the
 * text, which may be a secret; `suggestion` is made from it, so whoever shows it
 * must know that it may be shown.
 */
export interface Refusal {
  /** Continues a sentence that begins with the value: `has no unit`. */
  readonly problem: string;
  /** What would be right, as an instruction: `write a number with a unit, such as 8h`. */
  readonly remedy: string;
  /** The text as it was probably meant. */
  readonly suggestion?: string;
}

/** A parsed value, or why there is none. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Wraps a parsed value. */
export function accepted<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** Wraps a refusal. */
export function refused(problem: string, remedy: string, suggestion?: string): Parsed<never> {
  const refusal = suggestion === undefined ? { problem, remedy } : { problem, remedy, suggestion };
  return { ok: false, refusal };
}
