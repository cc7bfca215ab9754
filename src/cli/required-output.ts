/** What a command prints is what it was called for: it arrives, or the command has failed. @module */
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/**
 * Ends the process with a sentence where standard output cannot be written, on a full disk for
 * one. A reader that has seen enough (`sallyport user list | head -1`) is no failure of ours.
 */
export function requireOutput({ stdout, stderr }: Pick<Io, 'stdout' | 'stderr'>): void {
  stdout.on('error', failUnlessReaderLeft);
  // Nobody is left to be told.
  stderr.on('error', () => undefined);
}

/** For a door: what it writes is its log, which it outlives. */
export function leaveOutputToLog({ stdout }: Pick<Io, 'stdout'>): void {
  stdout.off('error', failUnlessReaderLeft);
}

function failUnlessReaderLeft({ code }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return;
  process.stderr.write(`sallyport: Standard output cannot be written (${code}).\n`);
  process.exit(EXIT.failed);
}
