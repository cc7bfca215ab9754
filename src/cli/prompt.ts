/** Questions to the person at the terminal; the answers to secret ones are not echoed. @module */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/**
 * Asks for one line without showing it.
 *
 * @throws CommandError when the person leaves with Ctrl-C or Ctrl-D
 */
export async function askHidden(io: Io, question: string): Promise<string> {
  io.stderr.write(question);
  // readline puts the terminal into raw mode; what it would echo goes nowhere.
  const answer = await askLine(io, new Writable({ write: (_chunk, _encoding, done) => done() }));
  io.stderr.write('\n');
  return answer;
}

/** Asks a yes-or-no question; only `y` and `yes` are a yes. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  io.stderr.write(`${question} [y/N] `);
  const answer = await askLine(io, io.stderr);
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

function askLine(io: Io, echo: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: io.stdin, output: echo, terminal: true });
  return new Promise<string>((resolve, reject) => {
    const leave = () => {
      io.stderr.write('\n');
      reject(new CommandError('Interrupted.', EXIT.interrupted));
    };
    lines.once('close', leave);
    lines.once('SIGINT', () => lines.close());
    lines.once('line', (line) => {
      lines.off('close', leave);
      resolve(line);
    });
  }).finally(() => lines.close());
}
