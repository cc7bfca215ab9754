/** Programs that some suites need and not every machine has. @module */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

// Debian keeps servers in sbin, which is not on everybody's PATH.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The program's path, or undefined where it is not installed. */
function whereIs(program: string): string | undefined {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** Whether a program is installed. */
export const has = (program: string): boolean => whereIs(program) !== undefined;

/**
 * A suite that needs programs; skipped, with the reason in the closing lines,
 * where one of them is missing.
 */
export function describeWith(programs: readonly string[], title: string, suite: () => void): void {
  const missing = programs.filter((program) => !has(program));
  const reason = missing.length > 0 ? `[needs ${missing.join(' and ')}] ` : '';
  describe.skipIf(missing.length > 0)(`${reason}${title}`, suite);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
