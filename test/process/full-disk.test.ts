/** What becomes of output that a full disk does not take. @module */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { BIN, Installation } from '../cli/installation.ts';
import { freePort } from '../ports.ts';

describe.runIf(existsSync('/dev/full'))('output on a full disk', () => {
  const full = openSync('/dev/full', 'w');
  let child: ChildProcess | undefined;
  let installation: Installation;

  afterEach(() => {
    child?.kill('SIGKILL');
    installation[Symbol.dispose]();
  });

  afterAll(() => closeSync(full));

  const start = (args: readonly string[], stderr: 'pipe' | number): ChildProcess =>
    spawn(process.execPath, [BIN, ...args], {
      cwd: installation.folder,
      stdio: ['ignore', full, stderr],
      env: { PATH: process.env.PATH, HOME: installation.folder },
    });

  // `sallyport run >> door.log 2>&1`: a log that had filled the disk took the door along.
  it.each([1, 2])('does not end a door with %i workers', async (workers) => {
    installation = new Installation();
    const port = await freePort();
    installation.write(
      'config.yaml',
      `listen: 127.0.0.1:${port}\nadmin: off\npublic_url: http://127.0.0.1\nworkers: ${workers}\nlog: { requests: all }\nroutes: [{ path: /, access: public, upstream: "http://127.0.0.1:9" }]\n`,
    );
    child = start(['run', '--config', 'config.yaml'], full);
    const ended = once(child, 'exit');
    const status = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, { timeout: 10_000 }).toBe(502);
    expect([await status(), await status()]).toEqual([502, 502]);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('is a failed command, in a sentence', async () => {
    installation = new Installation();
    child = start(['config-schema'], 'pipe');
    const ended = once(child, 'exit');
    expect(await text(child.stderr!)).toBe(
      'sallyport: Standard output cannot be written (ENOSPC).\n',
    );
    expect(await ended).toEqual([1, null]);
  });
});
