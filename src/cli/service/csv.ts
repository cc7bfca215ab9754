/** Comma-separated values, as databases export them. @module */

/**
 * Reads rows by the names in the first one (RFC 4180: quotes double inside quotes,
 * quoted fields may hold commas and line ends).
 *
 * @returns undefined where quotes do not close, or a row has more fields than the first
 */
export function parseCsv(text: string): readonly ReadonlyMap<string, string>[] | undefined {
  const rows = readRows(text.replace(/^\ufeff/, ''));
  if (rows === undefined) return undefined;
  const [head = [], ...lines] = rows.filter((row) => row.some((field) => field !== ''));
  if (lines.some((line) => line.length > head.length)) return undefined;
  const names = head.map((name) => name.trim().toLowerCase());
  return lines.map((line) => new Map(names.map((name, i) => [name, line[i] ?? ''])));
}

// One field and what ends it: a comma, a line end, or the end of the text.
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;

function readRows(text: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length || row.length > 0) {
    const match = FIELD.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain = '', end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
