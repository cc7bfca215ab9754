/** Questions to the person at the terminal; the answers to secret ones are not echoed. @module */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/**
 * Asks for one line each, without showing what is typed.
 *
 * @throws CommandError when the person leaves with Ctrl-C or Ctrl-D
 */
export function askHidden(io: Io, questions: readonly string[]): Promise<readonly string[]> {
  return ask(io, questions, new Writable({ write: (_chunk, _encoding, done) => done() }));
}

/** Asks a yes-or-no question; only `y` and `yes` are a yes. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const [answer = ''] = await ask(io, [`${question} [y/N] `], io.stderr);
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

/**
 * One reader for all questions, made before the first is shown: while it is open
 * the terminal echoes nothing by itself, also not what is typed ahead.
 */
async function ask(
  io: Io,
  questions: readonly string[],
  echo: NodeJS.WritableStream,
): Promise<readonly string[]> {
  const lines = createInterface({ input: io.stdin, output: echo, terminal: true });
  const isHidden = echo !== io.stderr;
  const answers: string[] = [];
  try {
    return await new Promise((resolve, reject) => {
      const next = () => {
        const question = questions[answers.length];
        if (question === undefined) resolve(answers);
        else io.stderr.write(question);
      };
      lines.on('line', (line) => {
        if (isHidden) io.stderr.write('\n');
        answers.push(line);
        next();
      });
      lines.on('SIGINT', () => lines.close());
      // After the last answer this comes too late to matter.
      lines.on('close', () => reject(new CommandError('Interrupted.', EXIT.interrupted)));
      next();
    });
  } finally {
    lines.close();
  }
}
