/** All workers go by one configuration, whichever of them cannot take a new one. @module */
import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningDoor, startDoor, until } from './crew-of-processes.ts';

const HELLO: RequestListener = (_req, res) => res.end('hello');
const PRELOAD = { NODE_OPTIONS: `--require ${join(import.meta.dirname, 'fail-reload.cjs')}` };

let door: RunningDoor;
beforeEach(async () => {
  door = await startDoor(HELLO, 'workers: 2', PRELOAD);
});
afterEach(() => door[Symbol.dispose]());

/** Lets the worker with this number fail; the first that is started has 1. */
const letFail = (worker: number) => door.installation.write(`fails-${worker}`, '');

function reloadTo(path: string) {
  const file = join(door.installation.folder, 'config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('/open', path));
  return door.installation.spawn(['reload', '--config', 'config.yaml']);
}

const notes = async () => (await (await fetch(`${door.admin}/readyz`)).json()).notes;

/** What connections of their own are answered: whichever worker is free takes each. */
function statusesOf(path: string): Promise<readonly number[]> {
  const asking = Array.from({ length: 20 }, async () => {
    const response = await fetch(`${door.origin}${path}`, { headers: { connection: 'close' } });
    await response.arrayBuffer();
    return response.status;
  });
  return Promise.all(asking);
}

it('stays with the old one, and says why', async () => {
  const workers = door.workers();
  letFail(1);
  letFail(2);
  const refused = reloadTo('/wide');
  expect(refused.status).toBe(2);
  expect(refused.stdout).toContain('Unexpected failure');
  expect(refused.stderr).toBe('sallyport: The door goes on with the old configuration.\n');
  expect(await notes()).toEqual([expect.stringContaining('the old one stays: Unexpected failure')]);
  expect(new Set(await statusesOf('/open'))).toEqual(new Set([200]));
  expect(door.workers()).toEqual(workers);
});

it('replaces a worker that fails where another has taken the new one', async () => {
  const workers = door.workers();
  letFail(2);
  expect(reloadTo('/wide').status).toBe(0);
  // By the command or by the watch on the file, whichever came first.
  await door.program.until(/replacing 1 worker that failed/);
  await until(async () => {
    const present = door.workers();
    return present.length === 2 && !present.includes(workers[1] ?? 0);
  });
  await until(async () => (await notes()).length === 0);
  expect(new Set(await statusesOf('/wide'))).toEqual(new Set([200]));
});
