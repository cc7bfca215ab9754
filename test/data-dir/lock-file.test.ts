import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import { takeLock } from '../../src/data-dir/lock-file.ts';
import { makeFolder } from './folders.ts';

let base: string;
let path: string;
beforeEach(async () => {
  base = await makeFolder();
  path = join(base, 'keys.json.lock');
  return () => rm(base, { recursive: true, force: true });
});

const write = (more: object) => {
  const owner = { token: 'dead', pid: process.pid, host: hostname(), at_ms: clock.nowMs() };
  writeFileSync(path, JSON.stringify({ ...owner, ...more }));
};
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of the keys', () => {
  it('is held by one at a time, and leaves nothing behind', async () => {
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await takeLock(path, { random, clock });
        holders += 1;
        most = Math.max(most, holders);
        await new Promise(setImmediate);
        holders -= 1;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(base)).toEqual([]);
  });

  it.each([
    ['whose process was killed', () => write({ pid: deadPid() })],
    ['of another machine that has kept it for a minute', () => write({ host: 'x', at_ms: 1 })],
    ['that says nothing', () => writeFileSync(path, '')],
  ])('is taken from an owner %s', async (_, leave) => {
    leave();
    const lock = await takeLock(path, { random, clock });
    expect(await lock.stillHeld()).toBe(true);
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('is not taken from an owner that lives', async () => {
    write({});
    await expect(takeLock(path, { random, clock, patienceMs: 200 })).rejects.toThrow(
      /is held by process \d+ on .*: wait for the other command to end\.$/,
    );
  });

  it('is known as lost by whoever was too slow', async () => {
    const slow = await takeLock(path, { random, clock: { nowMs: () => 1 } });
    const next = await takeLock(path, { random, clock });
    expect(await slow.stillHeld()).toBe(false);
    await slow.release();
    expect(await next.stillHeld()).toBe(true);
  });
});
