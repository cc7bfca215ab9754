import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createFlows } from '../../src/store/flows.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createUpkeep } from '../../src/store/upkeep.ts';
import { checkPeople, registerPerson } from './children/person.ts';
import { runChild, startChild } from './children/start.ts';
import { clock, NOW_MS } from './now.ts';
import { fileOpener, makeFolder } from './stores.ts';

let path: string;
beforeEach(async () => {
  path = join(await makeFolder(), 'sallyport.db');
});

/** What SQLite itself finds wrong with the file. */
function findDamage(): unknown {
  const connection = new DatabaseSync(path);
  const integrity = connection.prepare('pragma integrity_check').all();
  const orphans = connection.prepare('pragma foreign_key_check').all();
  connection.close();
  return { integrity: integrity.map((row) => row.integrity_check), orphans };
}
const NO_DAMAGE = { integrity: ['ok'], orphans: [] };

describe('SIGKILL', () => {
  it.each([1, 8, 40])('after sign-up %i keeps each acknowledged one whole', async (count) => {
    const registrar = startChild('registrar', path);
    expect(await registrar.nextLine()).toBe('opening');
    const acknowledged: (string | undefined)[] = [];
    while (acknowledged.length < count) acknowledged.push(await registrar.nextLine());
    acknowledged.push(...(await registrar.kill()));
    const store = await fileOpener(path)();
    const people = await checkPeople(store);
    expect(people).toEqual(expect.arrayContaining(acknowledged));
    // At most the one that had been committed and not yet said.
    expect(people.length - acknowledged.length).toBeLessThanOrEqual(1);
    await registerPerson(store, 'next');
    await store.close();
    expect(findDamage()).toEqual(NO_DAMAGE);
  });

  it.each(['at once', 'when there is a file'])(
    'during the first start, %s, leaves a database that starts',
    async (when) => {
      const registrar = startChild('registrar', path);
      expect(await registrar.nextLine()).toBe('opening');
      while (when !== 'at once' && !existsSync(path)) await setImmediate();
      await registrar.kill();
      const store = await fileOpener(path)();
      await checkPeople(store);
      await store.close();
      expect(findDamage()).toEqual(NO_DAMAGE);
    },
  );
});

describe('a full disk', () => {
  it('fails the write as a whole, and readers go on', async () => {
    const answer = JSON.parse(await runChild('filler', [path], { blocks: 1_000 }));
    expect(answer.created.length).toBeGreaterThan(0);
    expect(answer.codes).toEqual(['E_STORE_DOWN', 'E_STORE_DOWN']);
    expect(answer.hasCauses).toBe(true);
    expect(answer.readable.toSorted()).toEqual(answer.created.toSorted());
    expect(answer.feed).toEqual([]);
    const store = await fileOpener(path)();
    expect(await checkPeople(store)).toEqual(answer.readable);
    await registerPerson(store, 'next');
    await store.close();
    expect(findDamage()).toEqual(NO_DAMAGE);
  });

  it('is over for the running store as soon as there is room again', async () => {
    const engine = await openSqlite({ path, random, patienceMs: 1_000 }, (opened) =>
      migrate(opened, path),
    );
    onTestFinished(() => engine.close());
    const flows = createFlows(engine);
    await limitPages(engine, 40);
    const fill = async () => {
      for (let index = 0; ; index += 1) {
        await flows.putFlow(`f${index}`, 'x'.repeat(9_000), NOW_MS + 1);
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'E_STORE_DOWN',
      message: expect.stringContaining('full'),
    });
    expect(await flows.getFlow('f0', NOW_MS)).toHaveLength(9_000);
    await limitPages(engine, 4_000);
    await flows.putFlow('last', 'sealed', NOW_MS + 1);
    await createUpkeep(engine, { clock }).ping();
  });

  const limitPages = (engine: Engine, pages: number) =>
    engine.write((tx) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(tx));
});
