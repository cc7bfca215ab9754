/** Reading Node's flat list of header lines, duplicates included. @module */

const NONE: readonly string[] = [];

/**
 * Every value that was sent under `name`, in order. `req.headers` would hide
 * duplicates, and those are what an attacker adds.
 *
 * @param name  lower case
 */
export function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  let values: string[] | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const written = rawHeaders[i] as string;
    if (written.length !== name.length || written.toLowerCase() !== name) continue;
    values ??= [];
    values.push(rawHeaders[i + 1] as string);
  }
  return values ?? NONE;
}

/** The comma-separated items of every line under `name`, trimmed, in order. */
export function itemsOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values = valuesOf(rawHeaders, name);
  // One line with one item, as it nearly always is, costs no list of lists.
  const [only] = values;
  if (only === undefined) return NONE;
  if (values.length === 1 && !only.includes(',')) return [only.trim()];
  return values.flatMap((line) => line.split(',').map((item) => item.trim()));
}
