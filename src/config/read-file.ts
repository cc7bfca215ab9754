/** Reads the files that a configuration consists of. @module */
import { readFileSync } from 'node:fs';
import { codeOf } from '../core/error-code.ts';
import { accepted, type Parsed, refused } from '../core/parsed.ts';

// A configuration, a certificate bundle: whatever is larger is a mistake (or /dev/zero).
const MAX_BYTES = 1024 * 1024;

const REASONS: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOENT: ['does not exist', 'check the path'],
  ENOTDIR: ['does not exist', 'check the path'],
  EACCES: ['may not be read by this user', 'check its owner and its mode'],
  EPERM: ['may not be read by this user', 'check its owner and its mode'],
  EISDIR: ['is a folder', 'name a file'],
};

/** Reads a UTF-8 text file of up to 1 MiB; why not, if it cannot be read. */
export function readTextFile(file: string): Parsed<string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = codeOf(error) ?? 'unknown';
    const [problem, remedy] = REASONS[code] ?? [`cannot be read (${code})`, 'check the path'];
    return refused(problem, remedy);
  }
  if (bytes.length > MAX_BYTES) return refused('is larger than 1 MiB', 'check the path');
  try {
    return accepted(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refused('is not UTF-8 text', 'check the path, or save the file as UTF-8');
  }
}
