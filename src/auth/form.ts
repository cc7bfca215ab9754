/** Reads a urlencoded form strictly: one value a field, or no form at all. @module */

/** Fields by name; each name occurs once. */
export type Form = ReadonlyMap<string, string>;

/** The form of a request that has none. */
export const EMPTY_FORM: Form = new Map();

const MAX_FIELDS = 32;

/**
 * Parses `application/x-www-form-urlencoded` bytes.
 *
 * A second value for a field, array spellings (`code[]`), broken percent-encoding
 * and bytes that are not UTF-8 make two readers see two forms: refused.
 *
 * @returns undefined for a malformed form
 * @see WHATWG URL §5.1
 */
export function parseForm(bytes: Uint8Array): Form | undefined {
  const fields = new Map<string, string>();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const [name, value] = splitPair(pair);
      if (name === '' || /[[\]]/.test(name) || fields.has(name)) return undefined;
      fields.set(name, value);
    }
  } catch {
    return undefined;
  }
  return fields.size > MAX_FIELDS ? undefined : fields;
}

function splitPair(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
}

/** Throws URIError for a broken escape and for escapes that are not UTF-8. */
const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

/** Whether a `Content-Type` announces a form that {@link parseForm} reads. */
export function isFormType(contentType: string | undefined): boolean {
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type?.trim() !== 'application/x-www-form-urlencoded') return false;
  return parameters.every((parameter) => {
    const [name, value] = parameter.split('=');
    return name?.trim() !== 'charset' || /^\s*"?utf-8"?\s*$/.test(value ?? '');
  });
}
