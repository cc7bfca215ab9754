/** An installation without a door: keys, store, rules and sessions in this process. @module */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTools, type Tools } from '../../src/accounts/deps.ts';
import type { Config } from '../../src/config/config.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { type Clock, systemRandom as random } from '../../src/core/ports.ts';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { storeAddressOf } from '../../src/core/store-address.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { createSessions, type LiveSessions } from '../../src/session/sessions.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { freePort } from '../ports.ts';
import { type Place, storeLine } from './places.ts';

/** What was written for one installation, and what was opened of it. */
export interface House {
  /** The configuration's file, and the port that it names. */
  readonly file: string;
  readonly port: number;
  readonly address: StoreAddress;
  readonly config: Config;
  readonly store: Store;
  readonly tools: Tools;
  readonly sessions: LiveSessions;
}

/** Which installation. */
export interface HouseOptions {
  readonly place: Place;
  readonly clock: Clock;
  /** Configuration beside `listen`, `public_url` and `store`. */
  readonly yaml: string;
}

/** Founds an installation in a folder of its own. */
export async function foundHouse(folder: string, options: HouseOptions): Promise<House> {
  const { place, clock, yaml } = options;
  const home = mkdtempSync(join(folder, 'house-'));
  const port = await freePort();
  const file = join(home, 'config.yaml');
  const text = `listen: 127.0.0.1:${port}\npublic_url: http://127.0.0.1:${port}\n${yaml}\n`;
  mkdirSync(home, { recursive: true });
  writeFileSync(file, storeLine(place.address) + text);
  const config = readConfig(file);
  const dir = await openDataDir(config.dataDir, { random });
  const address = storeAddressOf(config, dir);
  const store = await openStore({ address, clock, random });
  const { storeKeys, sealKeys: keys } = dir;
  const tools = createTools({
    store,
    storeKeys,
    clock,
    random,
    audit: () => {},
    policy: config.auth,
  });
  const policy = { ...config.session, secure: false };
  const common = { keys, clock, random, policy, rows: store, feed: store };
  const sessions = createSessions({ ...common, graceMs: config.storeGraceMs });
  return { file, port, address, config, store, tools, sessions };
}

function readConfig(file: string): Config {
  const loaded = loadConfig({ file, env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config;
}
