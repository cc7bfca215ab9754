import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { startChild } from './children/start.ts';
import { NOW_MS } from './now.ts';
import { parallel, registration, signIn } from './samples.ts';
import { fileOpener, makeFolder } from './stores.ts';

let path: string;
beforeEach(async () => {
  path = join(await makeFolder(), 'sallyport.db');
});

/** Another process that holds the write lock from now on. */
async function lockElsewhere(how?: string) {
  const locker = startChild('locker', path, ...(how === undefined ? [] : [how]));
  expect(await locker.nextLine()).toBe('locked');
  return locker;
}

describe('while another process holds the write lock', () => {
  it('writers wait for it, readers do not, and the event loop goes on', async () => {
    const store = await fileOpener(path)();
    await signIn(store, 'ada', 's1');
    const locker = await lockElsewhere();
    let isWritten = false;
    const written = store.register(registration('bob'), NOW_MS).finally(() => {
      isWritten = true;
    });
    let ticks = 0;
    for await (const _ of setInterval(10)) {
      expect(await store.readRevocations()).toEqual([]);
      expect(await store.listSessions('id-ada', NOW_MS)).toHaveLength(1);
      ticks += 1;
      if (ticks === 20) break;
    }
    expect(isWritten).toBe(false);
    await locker.finish();
    expect(await written).toBe('created');
  });

  it('the store is down after five seconds, for everybody in the queue at once', async () => {
    const store = await fileOpener(path)();
    await signIn(store, 'ada', 's1');
    const locker = await lockElsewhere();
    const startedMs = performance.now();
    const outcomes = await parallel(5, (index) =>
      store.register(registration(`p${index}`), NOW_MS).catch((error: unknown) => error),
    );
    const elapsedMs = performance.now() - startedMs;
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        code: 'E_STORE_DOWN',
        message: expect.stringContaining('is held elsewhere'),
        cause: expect.any(Error),
      });
    }
    expect(elapsedMs).toBeGreaterThan(4_900);
    expect(elapsedMs).toBeLessThan(15_000);
    expect(await store.listSessions('id-ada', NOW_MS)).toHaveLength(1);
    await locker.finish();
    expect(await store.register(registration('p0'), NOW_MS)).toBe('created');
  });

  it('a start waits for it and then gives up', async () => {
    await (await fileOpener(path)()).close();
    const locker = await lockElsewhere();
    const openImpatiently = () =>
      openSqlite({ path, random, patienceMs: 100 }, (engine) => migrate(engine, path));
    await expect(openImpatiently()).rejects.toMatchObject({ code: 'E_STORE_DOWN' });
    await locker.finish();
    await (await openImpatiently()).close();
  });
});
