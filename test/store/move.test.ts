import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { copyStore } from '../../src/store/move.ts';
import { TABLES } from '../../src/store/tables.ts';
import { clock, NOW_MS } from './now.ts';
import { DIRECTIONS, engineAt, foundPlace, isMissing } from './places.ts';
import { bearer, invite, person, revoked, session, signIn } from './samples.ts';
import { opener } from './stores.ts';

const move = (from: StoreAddress, to: StoreAddress) => copyStore({ from, to, clock, random });

/** Something in every table, more than one batch of sessions, and a feed with a purged end. */
async function furnish(address: StoreAddress): Promise<void> {
  const store = await opener(address)();
  await signIn(store, 'ada', 'out', 'gone');
  await signIn(store, 'Ærøskøbing 😀', ...Array.from({ length: 1_001 }, (_, i) => `s${i}`));
  await store.addInvite(invite('i1'));
  await store.addBearer(bearer('ci'));
  await store.putFlow('f1', 'sealed', NOW_MS + 1);
  await store.ping();
  await store.endSession('out');
  await store.endSession('gone');
  await store.close();
  const engine = await engineAt(address);
  await engine.write(async (tx) => {
    await sql`delete from revocation where sid = 'gone'`.execute(tx);
    await sql`insert into throttle values ('k', 1, 2, 3, 4, 5)`.execute(tx);
  });
  await engine.close();
}

async function rowsOf(address: StoreAddress): Promise<Record<string, readonly unknown[]>> {
  const engine = await engineAt(address);
  const tables: Record<string, readonly unknown[]> = {};
  for (const table of TABLES) {
    tables[table] = await engine.read(async (db) =>
      (await sql`select * from ${sql.table(table)} order by 1`.execute(db)).rows.map((row) => ({
        ...Object(row),
      })),
    );
  }
  await engine.close();
  return tables;
}

describe.each(DIRECTIONS)('a store moved from $from to $to', ({ from, to }) => {
  it.skipIf(isMissing(from, to))(
    'has every row of every table, and a feed that goes on',
    async () => {
      const [source, target] = [await foundPlace(from), await foundPlace(to)];
      await furnish(source);
      const counts = await move(source, target);
      expect(Object.keys(counts)).toEqual([...TABLES]);
      expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
      expect(counts.session).toBe(1_001);
      expect(await rowsOf(target)).toEqual(await rowsOf(source));
      const store = await opener(target)();
      await store.endSession('s7');
      // Id 2 was given out and purged: who has read it must not miss the next one.
      expect(await revoked(store, 2)).toEqual(['s7']);
    },
  );

  it.skipIf(isMissing(from, to))('is refused where somebody lives or a door runs', async () => {
    const [source, target] = [await foundPlace(from), await foundPlace(to)];
    await furnish(source);
    const store = await opener(target)();
    await store.readRevocations();
    await expect(move(source, target)).rejects.toThrow(/door is running/);
    await signIn(store, 'bob', 'b1');
    await store.close();
    const before = await rowsOf(target);
    await expect(move(source, target)).rejects.toThrow(/Somebody lives in/);
    expect(await rowsOf(target)).toEqual(before);
    const running = await opener(source)();
    await running.readRevocations();
    await expect(move(source, await foundPlace(to))).rejects.toThrow(/door is running/);
  });
});

describe('a store that is moved', () => {
  it('names in its list exactly the tables that the migrations make', async () => {
    const engine = await engineAt(await foundPlace('sqlite'));
    const { rows } = await engine.read((db) =>
      sql<{ name: string }>`select name from sqlite_master
        where type = 'table' and name not like 'sqlite_%'`.execute(db),
    );
    expect(rows.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
  });

  it('refuses a database that is not there, and one place for both', async () => {
    const [missing, other] = [await foundPlace('sqlite'), await foundPlace('sqlite')];
    await expect(move(missing, other)).rejects.toThrow(/There is no database/);
    await expect(move(other, other)).rejects.toThrow(/same database/);
  });

  it('counts an invite that the first start has printed as nobody', async () => {
    const [source, target] = [await foundPlace('sqlite'), await foundPlace('sqlite')];
    await furnish(source);
    const store = await opener(target)();
    await store.addInvite(invite('setup', { kind: 'setup' }));
    await store.close();
    await move(source, target);
    expect((await rowsOf(target)).invite).toHaveLength(1);
  });

  it('keeps people and sessions as they were', async () => {
    const [source, target] = [await foundPlace('sqlite'), await foundPlace('sqlite')];
    await furnish(source);
    await move(source, target);
    const store = await opener(target)();
    expect((await store.getAccount('id-ada'))?.principal).toEqual(person('ada'));
    expect(await store.listSessions('id-Ærøskøbing 😀', NOW_MS)).toContainEqual(
      session('s3', 'Ærøskøbing 😀'),
    );
  });
});
