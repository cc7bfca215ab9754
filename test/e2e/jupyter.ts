/** A real Jupyter Notebook server, as Debian packages it, on a free loopback port. @module */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

export interface Jupyter {
  readonly origin: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it without its own sign-in: that is the door's job. */
export async function startJupyter(): Promise<Jupyter> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-jupyter-'));
  const port = await freePort();
  const child = spawn(
    'jupyter-notebook',
    [
      '--allow-root',
      '--no-browser',
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--NotebookApp.token=',
      '--NotebookApp.password=',
      `--notebook-dir=${home}`,
    ],
    {
      env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.includes('is running at')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`jupyter ended with ${code}: ${output}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
