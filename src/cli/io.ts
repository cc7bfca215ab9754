/** The streams and surroundings of one command, so that nothing reaches for globals. @module */
import type { ReadStream } from 'node:tty';

/** Standard output carries the result alone; everything said to a person goes to standard error. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Writes one line of the result. */
export const printLine = (io: Io, line: string): void => void io.stdout.write(`${line}\n`);

/** Writes one line for the person at the terminal. */
export const noteLine = (io: Io, line: string): void => void io.stderr.write(`${line}\n`);

/** Writes the result as a JSON document, for scripts. */
export const printJson = (io: Io, value: unknown): void =>
  printLine(io, JSON.stringify(value, null, 2));

/** Whether a person can be asked: they type here and see the question on standard error. */
export const isInteractive = (io: Io): boolean =>
  io.stdin.isTTY === true && io.stderr.isTTY === true;
