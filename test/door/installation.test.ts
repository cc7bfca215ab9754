/** A start is refused by a database that belongs to somebody else, and leaves it as it was. @module */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { openInstallation } from '../../src/door/installation.ts';
import type { Engine } from '../../src/store/engine.ts';
import { configOf } from '../config/load-text.ts';
import { engineAt, foundPlace, isMissing } from '../store/places.ts';
import { credential, registration } from '../store/samples.ts';

const deps = { clock, random };

/** A folder with keys of its own, before a database. */
async function folderBefore(address: StoreAddress): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-door-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dataDir = join(folder, 'data');
  // Where there is a database, keys are not made.
  await openDataDir(dataDir, deps);
  const config = configOf('public_url: http://127.0.0.1\nupstream: http://127.0.0.1:1\n');
  return { ...config, dataDir, store: address as Config['store'] };
}

/** Makes the tables what an earlier Sallyport has left, and shows them. */
async function leaveAtVersion2(engine: Engine) {
  await engine.write(async (tx) => {
    await sql`alter table revocation drop column nonce`.execute(tx);
    await sql`insert into revocation (sid, expires_at_ms) values ('s1', 1)`.execute(tx);
    await sql`update meta set value = '2' where key = 'schema_version'`.execute(tx);
  });
  const rowsOf = (table: string) =>
    engine.read(async (db) => (await sql`select * from ${sql.table(table)}`.execute(db)).rows);
  return async () => [await rowsOf('meta'), await rowsOf('revocation')];
}

describe.each(['sqlite', 'postgres'] as const)(
  'a newer Sallyport with other keys, on %s',
  (kind) => {
    it.skipIf(isMissing(kind))('is refused before it changes an older database', async () => {
      const address = await foundPlace(kind);
      const owner = await folderBefore(address);
      await (await openInstallation(owner, deps)).store.close();
      const look = await leaveAtVersion2(await engineAt(address));
      const before = await look();
      const stranger = await folderBefore(address);
      await expect(openInstallation(stranger, deps)).rejects.toThrow(
        /installation with other keys/,
      );
      expect(await look()).toEqual(before);
      const { store } = await openInstallation(owner, deps);
      await store.close();
      expect((await look())[0]).toContainEqual({ key: 'schema_version', value: '3' });
    });

    it.skipIf(isMissing(kind))(
      'is refused by what was sealed before keys left a mark',
      async () => {
        const address = await foundPlace(kind);
        const { store, dataDir } = await openInstallation(await folderBefore(address), deps);
        const sealed = `v1.${dataDir.storeKeys.currentId}.iv.box`;
        await store.register(
          registration('ada', { credentials: [credential('c', { sealed })] }),
          0,
        );
        await store.close();
        const engine = await engineAt(address);
        await engine.write((tx) => sql`delete from meta where key = 'mark/keys'`.execute(tx));
        const look = await leaveAtVersion2(engine);
        const before = await look();
        const stranger = await folderBefore(address);
        await expect(openInstallation(stranger, deps)).rejects.toThrow(/wants the store key/);
        expect(await look()).toEqual(before);
      },
    );
  },
);
