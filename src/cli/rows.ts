/** How many rows a copy has, for the operator. @module */
import type { RowCounts } from '../store/copy.ts';
import { type Io, printJson, printLine } from './io.ts';

/** Prints a line for each table, or a document. */
export function printRows(io: Io, counts: RowCounts, isJson = false): void {
  if (isJson) return printJson(io, counts);
  for (const [table, count] of Object.entries(counts))
    printLine(io, `${table.padEnd(10)}  ${count}`);
}
