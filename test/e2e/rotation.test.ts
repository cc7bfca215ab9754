/** Keys change under a running door, and nobody notices. @module */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import { changeKeys } from '../../src/data-dir/change-keys.ts';
import { drawKey } from '../../src/data-dir/keys.ts';
import { activateKey, addKey, type RingChange, retireKey } from '../../src/data-dir/ring.ts';
import { openDoor } from '../../src/door/door.ts';
import { createSessions } from '../../src/session/sessions.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { NOW_MS } from '../store/now.ts';
import { registration } from '../store/samples.ts';

const SESSIONS = 1_000;
const IN_FLIGHT = 32;

async function openRotatingDoor() {
  const upstream = createServer((_, res) => res.end('tool')).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-rotation-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(
    file,
    `listen: 127.0.0.1:0\nadmin: off\npublic_url: http://127.0.0.1\nupstream: http://127.0.0.1:${port}\n`,
  );
  const loaded = loadConfig({ file, env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level: 'info', format: 'json', destination });
  const door = await openDoor({ config: loaded.config, log, clock, random });
  onTestFinished(async () => {
    await door.drain(0);
    upstream.close();
    rmSync(folder, { recursive: true });
  });
  return { ...door, lines };
}

async function signInMany(door: Awaited<ReturnType<typeof openRotatingDoor>>) {
  const { store, dataDir, config } = door;
  await store.register(registration('ada'), NOW_MS);
  const policy = { ...config.session, path: '/', secure: false };
  const sessions = createSessions({
    ...{ keys: dataDir.sealKeys, clock, random, policy, rows: store, graceMs: 60_000 },
    feed: store,
  });
  const identity = { id: 'id-ada', name: 'ada', kind: 'person', groups: ['staff', 'users'] };
  return Promise.all(
    Array.from({ length: SESSIONS }, async () => {
      const started = await sessions.start(identity as never, ['pwd', 'otp']);
      return started!.setCookie.split(';')[0]!;
    }),
  );
}

it('signs nobody out of 1,000, and fails no request; retired at once, only its own end', async () => {
  const door = await openRotatingDoor();
  const agent = new Agent({ connections: IN_FLIGHT });
  onTestFinished(() => agent.close());
  const cookies = await signInMany(door);
  const { port } = door.addresses[0]!;
  const ask = async (cookie: string) => {
    const url = `http://127.0.0.1:${port}/`;
    const options = { dispatcher: agent, headers: { cookie, accept: 'application/json' } };
    const answer = await fetch(url, { ...options, redirect: 'manual' });
    await answer.arrayBuffer();
    return answer.status;
  };
  const statuses = new Map<number, number>();
  let isOver = false;
  let turn = 0;
  const load = Array.from({ length: IN_FLIGHT }, async () => {
    while (!isOver || turn < SESSIONS) {
      const status = await ask(cookies[turn++ % SESSIONS]!);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  const { keysFile = '', sealKeys } = door.dataDir;
  const take = (change: RingChange) => {
    if (!change.ok) throw new Error(change.reason);
    return change.ring;
  };
  const old = sealKeys.currentId;
  const { id, key } = drawKey(random, 0);
  await changeKeys(keysFile, { random }, (f) => ({ ...f, seal: addKey(f.seal, id, key) }));
  await expect.poll(() => [...sealKeys.keys.keys()]).toContain(id);
  const nowMs = clock.nowMs();
  await changeKeys(keysFile, { random }, (f) => ({
    ...f,
    seal: take(activateKey(f.seal, id, { nowMs, isForced: false })),
  }));
  await expect.poll(() => sealKeys.currentId).toBe(id);
  const told = door.lines.filter((line) => line.includes('The keys have changed.'));
  expect(told).toHaveLength(2);
  expect(JSON.parse(told[1]!)).toMatchObject({ sealRing: [`${old} accept`, `${id} issue`] });
  const asked = turn;
  await expect.poll(() => turn - asked).toBeGreaterThan(SESSIONS);
  isOver = true;
  await Promise.all(load);
  expect([...statuses.keys()]).toEqual([200]);
  // Signed in under the next key: these stay.
  const fresh = (await signInMany(door)).slice(0, 20);
  await changeKeys(keysFile, { random }, (f) => ({
    ...f,
    seal: take(retireKey(f.seal, old, { nowMs, neededMs: 0 })),
  }));
  await expect.poll(() => [...sealKeys.keys.keys()]).not.toContain(old);
  expect(new Set(await Promise.all(fresh.map(ask)))).toEqual(new Set([200]));
  expect(new Set(await Promise.all(cookies.map(ask)))).toEqual(new Set([401]));
});
