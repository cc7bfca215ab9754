/** Several doors, one PostgreSQL, and the keys from outside. @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAdministration } from '../../src/accounts/administration.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import { formatGiven, formatNewKeys, parseKeys } from '../../src/data-dir/keys.ts';
import type { Door } from '../../src/door/contract.ts';
import { openDoor } from '../../src/door/door.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { Client } from '../e2e/client.ts';
import { addPerson, signIn } from '../e2e/people.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { foundDatabase } from '../store/stores.ts';

const drawRings = () => formatGiven(parseKeys(formatNewKeys(random), 'new keys'));

async function openInstance(store: Awaited<ReturnType<typeof foundDatabase>>, rings: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-instance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.yaml');
  writeFileSync(
    file,
    'listen: 127.0.0.1:0\nadmin: off\npublic_url: http://127.0.0.1\nupstream: http://127.0.0.1:9\n',
  );
  const loaded = loadConfig({ file, env: { SALLYPORT_KEYS_RINGS: rings } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = { ...loaded.config, store };
  const log = createLog({ level: 'silent', format: 'json' });
  const door = await openDoor({ config, log, clock, random });
  onTestFinished(async () => void (await door.drain(0)));
  return door;
}

describeWithPostgres('two doors with one database and the same keys', () => {
  it('know the same people and sessions, and no door with other keys', async () => {
    const store = await foundDatabase();
    const rings = drawRings();
    const [one, two] = await Promise.all([openInstance(store, rings), openInstance(store, rings)]);
    const administration = createAdministration({
      ...{ store: one.store, storeKeys: one.dataDir.storeKeys, clock, random },
      ...{ audit: () => {}, policy: one.config.auth },
    });
    const person = await addPerson({ administration, config: one.config } as never, 'ada');
    const browser = new Client(originOf(two));
    await signIn(browser, person);
    // The upstream is not there; whoever is not signed in is not even told that.
    const headers = { cookie: browser.cookieHeader, accept: 'application/json' };
    expect((await fetch(originOf(one), { headers })).status).toBe(502);
    expect((await fetch(originOf(one), { headers: { accept: 'application/json' } })).status).toBe(
      401,
    );
    await expect(openInstance(store, drawRings())).rejects.toThrow(
      /^The database belongs to an installation with other keys: it wants the seal key/,
    );
  });
});

const originOf = ({ addresses }: Door) => `http://127.0.0.1:${addresses[0]?.port}`;
