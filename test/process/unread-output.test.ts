/** How a door lives and ends whose output nobody reads. @module */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BIN, Installation } from '../cli/installation.ts';
import { freePort } from '../ports.ts';
import { FullPipe } from './full-pipe.ts';
import { messagesIn } from './log-lines.ts';
import { listenSilently } from './silent-server.ts';

const RUN = ['run', '--config', 'config.yaml'];
const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/;
/** A drain's second and one for the reader; the rest is for a busy machine. */
const AT_ONCE_MS = 10_000;

describe('a door whose output nobody reads', () => {
  let installation: Installation;
  let pipe: FullPipe;
  let child: ChildProcess;

  afterEach(() => {
    child.kill('SIGKILL');
    pipe[Symbol.dispose]();
    installation[Symbol.dispose]();
  });

  async function startUnread(upstream = 'http://127.0.0.1:9') {
    installation = new Installation();
    pipe = new FullPipe(join(installation.folder, 'output'));
    const port = await freePort();
    installation.write(
      'config.yaml',
      `listen: 127.0.0.1:${port}\nadmin: off\npublic_url: http://127.0.0.1\nlog: { requests: all }\nroutes: [{ path: /, access: public, upstream: "${upstream}" }]\n`,
    );
    child = spawn(process.execPath, [BIN, ...RUN], {
      cwd: installation.folder,
      stdio: ['ignore', pipe.writer, 'inherit'],
      env: { PATH: process.env.PATH, HOME: installation.folder },
    });
    const ended = once(child, 'exit');
    const origin = `http://127.0.0.1:${port}`;
    await expect.poll(() => statusOf(`${origin}/_auth/healthz`)).toBe(200);
    return { ended, origin };
  }

  it('serves on, and drains at a signal', async () => {
    const { ended, origin } = await startUnread();
    expect(await statusOf(`${origin}/`)).toBe(502);
    const toldAtMs = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - toldAtMs).toBeLessThan(AT_ONCE_MS);
  });

  it('ends at once at the second signal', async () => {
    await using upstream = await listenSilently();
    const { ended, origin } = await startUnread(`http://127.0.0.1:${upstream.port}`);
    const slow = statusOf(`${origin}/`);
    await upstream.connected;
    child.kill('SIGTERM');
    await expect.poll(() => statusOf(`${origin}/_auth/healthz`)).toBe(0);
    const toldAtMs = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
    expect(performance.now() - toldAtMs).toBeLessThan(AT_ONCE_MS);
    expect(await slow).toBe(0);
  });

  it('writes what waited once somebody reads again', async () => {
    const { ended } = await startUnread();
    pipe.empty();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    const messages = messagesIn(pipe.read());
    expect(messages[0]).toMatch(LISTENING);
    expect(messages.slice(-2)).toEqual(['SIGTERM received, draining', 'drained']);
  });
});

/** 0 where nobody answers. */
const statusOf = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
