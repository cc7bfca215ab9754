/** The program itself, started as an operator starts it. @module */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves with the first match in stdout and stderr together. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal and returns the exit code; all of its output is there then. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `node bin/sallyport.js` with these arguments in this folder. */
export function startProgram(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Record<string, string> },
): Program {
  const bin = new URL('../../bin/sallyport.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  const grow = (chunk: Buffer) => {
    text += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', grow);
  child.stderr?.on('data', grow);
  // Not its exit: what it has said last may still be in the pipes then.
  const closed = once(child, 'close');
  return {
    child,
    output: () => text,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        void closed.then(([code]) => reject(new Error(`ended with ${code}:\n${text}`)));
        look();
      }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return (await closed)[0];
    },
  };
}

/** What a door complains of in JSON lines; what people were refused is no fault of its own. */
export const complaintsOf = (program: Program): readonly string[] =>
  program
    .output()
    .split('\n')
    .filter((line) => /"level":"(warn|error)"/.test(line) && !line.includes('"event":'));
