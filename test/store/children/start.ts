/** Starts the child programs of this folder; none outlives its test. @module */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface Child {
  /** Resolves with the next line on standard output; undefined at its end. */
  nextLine(): Promise<string | undefined>;
  /** Ends standard input, which asks some programs to stop. */
  finish(): Promise<void>;
  /** Stops it where it is. */
  freeze(): void;
  /** SIGKILL, and every line that was still in the pipe. */
  kill(): Promise<readonly string[]>;
}

const PROGRAMS = {
  locker: new URL('./locker.ts', import.meta.url).pathname,
  registrar: new URL('./registrar.ts', import.meta.url).pathname,
  filler: new URL('./filler.ts', import.meta.url).pathname,
  copier: new URL('./copier.ts', import.meta.url).pathname,
  opener: new URL('./opener.ts', import.meta.url).pathname,
};
type Program = keyof typeof PROGRAMS;

export function startChild(name: Program, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [PROGRAMS[name], ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value as string | undefined;
  return {
    nextLine,
    freeze: () => void child.kill('SIGSTOP'),
    finish: async () => {
      child.stdin.end();
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
      const rest: string[] = [];
      for (let line = await nextLine(); line !== undefined; line = await nextLine())
        rest.push(line);
      return rest;
    },
  };
}

/** Runs a program to its end; `blocks` bounds the size of every file that it writes, in 512 bytes. */
export async function runChild(
  name: Program,
  args: readonly string[],
  { blocks = 'unlimited' }: { readonly blocks?: number | 'unlimited' } = {},
): Promise<string> {
  const script = `ulimit -S -f ${blocks} && exec "$0" "$@"`;
  const child: ChildProcess = spawn(
    'sh',
    ['-c', script, process.execPath, PROGRAMS[name], ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for await (const piece of child.stdout?.setEncoding('utf8') ?? []) text += piece;
  return text;
}
