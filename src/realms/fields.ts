/** Which values a field may have, in the words that the API's clients know. @module */
import type { FieldErrors } from './answer.ts';
import type { Fields } from './body.ts';

/** How long texts may be, and how long a token is. */
export interface FieldRules {
  /** In characters, not bytes. */
  readonly maxLength: number;
  /** A token that came as a number has lost its zeros on the left. */
  readonly digits: number;
}

/** A field that is in order, or the sentence that says what is wrong. */
export type Field =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

/** Reads one field as text: numbers are written out, surrounding spaces do not count. */
function readField(fields: Fields, name: string, rules: FieldRules): Field {
  if (!fields.has(name)) return wrong('This field is required.');
  const value = fields.get(name);
  if (value === null) return wrong('This field may not be null.');
  if (typeof value !== 'string' && typeof value !== 'number') return wrong('Not a valid string.');
  const text = typeof value === 'string' ? value.trim() : writeNumber(value, name, rules);
  if (text === '') return wrong('This field may not be blank.');
  if (isLonger(text, rules.maxLength)) {
    return wrong(`Ensure this field has no more than ${rules.maxLength} characters.`);
  }
  return { ok: true, text };
}

/** Several fields at once: all of their texts in order, or every error by name. */
export function readAll<const N extends readonly string[]>(
  fields: Fields,
  names: N,
  rules: FieldRules,
):
  | { readonly ok: true; readonly texts: { readonly [I in keyof N]: string } }
  | { readonly ok: false; readonly errors: FieldErrors } {
  const read = names.map((name) => ({ name, field: readField(fields, name, rules) }));
  const errors = read.flatMap(({ name, field }) =>
    field.ok ? [] : [[name, [field.error]] as const],
  );
  if (errors.length > 0) return { ok: false, errors: Object.fromEntries(errors) };
  const texts = read.map(({ field }) => (field.ok ? field.text : ''));
  return { ok: true, texts: texts as { readonly [I in keyof N]: string } };
}

const wrong = (error: string): Field => ({ ok: false, error });

function writeNumber(value: number, name: string, { digits }: FieldRules): string {
  const isToken = name.endsWith('token') && Number.isSafeInteger(value) && value >= 0;
  return isToken ? String(value).padStart(digits, '0') : String(value);
}

const isLonger = (text: string, max: number) => text.length > max && [...text].length > max;
