/** Reads the query of a link. @module */

/** The value of a parameter; two for one are nobody's honest link, and count as none. */
export function onlyValue(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
