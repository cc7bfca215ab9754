/** Files that a command line names. @module */
import { readTextFile } from '../config/read-file.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Reads a text file of up to 1 MiB.
 *
 * @throws CommandError that names the file and says what to do, never what is in it
 */
export function readNamedFile(path: string): string {
  const text = readTextFile(path);
  if (text.ok) return text.value;
  const { problem, remedy } = text.refusal;
  throw new CommandError(`The file ${path} ${problem}: ${remedy}.`, EXIT.failed);
}
