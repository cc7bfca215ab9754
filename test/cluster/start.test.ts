import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Installation } from '../cli/installation.ts';
import { freePort } from '../ports.ts';
import { messagesIn } from '../process/log-lines.ts';
import { startDoor, until } from './crew-of-processes.ts';

it('tells a fault that no worker gets past once, and ends the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  using installation = new Installation(
    `listen: 127.0.0.1:${port}\nworkers: 2\nadmin: off\nupstream: http://127.0.0.1:9\n`,
  );
  const { status, stderr } = installation.spawn(['run', '--config', 'config.yaml']);
  other.close();
  expect(status).toBe(1);
  expect(stderr).toMatch(new RegExp(`^sallyport: .*127\\.0\\.0\\.1:${port}.*\\.\\n$`));
});

it('tries a worker that dies of its start again, ever more seldom, and serves with the others', async () => {
  const preload = join(import.meta.dirname, 'fail-start.cjs');
  using door = await startDoor((_req, res) => res.end('hello'), 'workers: 2', {
    NODE_OPTIONS: `--require ${preload}`,
  });
  const waits = () =>
    [...door.program.output().matchAll(/"waitMs":(\d+)/g)].map(([, ms]) => Number(ms));
  await until(() => waits().length >= 3);
  expect(waits().slice(0, 3)).toEqual([100, 200, 400]);
  expect((await fetch(`${door.origin}/open`)).status).toBe(200);
  expect((await (await fetch(`${door.admin}/readyz`)).json()).notes).toEqual([
    '1 of 2 workers answer',
  ]);
  expect(await door.program.stop('SIGTERM')).toBe(0);
});

it('drains at once when a signal comes while some workers still start', async () => {
  const port = await freePort();
  using installation = new Installation(
    `listen: 127.0.0.1:${port}\nworkers: 2\nadmin: off\nlog: { format: json }\nupstream: http://127.0.0.1:9\n`,
  );
  const program = installation.start(['run', '--config', 'config.yaml'], {
    NODE_OPTIONS: `--require ${join(import.meta.dirname, 'hang-start.cjs')}`,
  });
  const health = () => fetch(`http://127.0.0.1:${port}/_auth/healthz`).catch(() => undefined);
  await until(async () => (await health())?.status === 200);
  const toldAtMs = performance.now();
  expect(await program.stop('SIGTERM')).toBe(0);
  expect(performance.now() - toldAtMs).toBeLessThan(5_000);
  expect(messagesIn(program.output())).toEqual(['SIGTERM received, draining', 'drained']);
});
