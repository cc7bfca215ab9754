/** A whole door in this process: real sockets, real SQLite, real upstream. @module */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdministration } from '../../src/accounts/administration.ts';
import type { Administration } from '../../src/accounts/contract.ts';
import type { Config } from '../../src/config/config.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { type Clock, stopwatch, systemClock, systemRandom } from '../../src/core/ports.ts';
import { storeAddressOf } from '../../src/core/store-address.ts';
import { openDataDir } from '../../src/data-dir/data-dir.ts';
import { createApp } from '../../src/door/app.ts';
import { createHealth } from '../../src/door/health.ts';
import { listen } from '../../src/door/listener.ts';
import { readHealth, readSessions } from '../../src/door/readings.ts';
import type { Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { measuredStore } from '../../src/telemetry/measured-store.ts';
import type { Metrics } from '../../src/telemetry/metrics.ts';
import { createDatabase, isOnPostgres, knownDatabase } from '../postgres.ts';

export interface TestDoor {
  readonly origin: string;
  readonly port: number;
  readonly config: Config;
  readonly store: Store;
  readonly administration: Administration;
  /** The folder of `config.yaml` and `data/`. */
  readonly dataDir: string;
  /** Everything that was logged so far, as text. */
  logged(): string;
  /** Closes the door, leaves the data: the next `openTestDoor` with `dataDir` is a restart. */
  stop(): Promise<void>;
  /** Closes and removes the data. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestDoorOptions {
  /** YAML lines beside `listen`, `public_url` and `data_dir`. */
  readonly yaml: string;
  readonly publicUrl?: string | null;
  /** Where `public_url` must name it; any free one otherwise. */
  readonly port?: number;
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
  /** How long a server that holds the store may take, as the configuration writes it. */
  readonly storeTimeout?: string;
}

/** Opens a door on a free loopback port. */
export async function openTestDoor(options: TestDoorOptions): Promise<TestDoor> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sallyport-e2e-'));
  const database = await databaseOf(dataDir, options.storeTimeout);
  const config = configOf(options, dataDir, database.yaml);
  const clock = options.clock ?? systemClock;
  const random = systemRandom;
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    format: 'json',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const dir = await openDataDir(config.dataDir, { random });
  const opened = await openStore({ address: storeAddressOf(config, dir), clock, random });
  const { metrics } = options;
  const store = metrics === undefined ? opened : measuredStore(opened, metrics.store, stopwatch);
  const health = createHealth({ store, clock });
  metrics?.watch(readSessions({ store, clock }));
  metrics?.watch(readHealth(health));
  const app = createApp({ config, store, ...dir, clock, random, log, health, metrics });
  await app.start();
  const listener = await listen(app.gate, config);
  const port = listener.addresses[0]!.port;
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await Promise.all([listener.drain(0), app.close()]);
      await store.close();
    })());
  const audit = () => {};
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    config,
    store,
    dataDir,
    administration: createAdministration({
      store,
      storeKeys: dir.storeKeys,
      clock,
      random,
      audit,
      policy: config.auth,
    }),
    logged: () => lines.join(''),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Goes through the real loader, so that tests use what operators write. */
function configOf(
  { yaml, publicUrl, port = 0 }: TestDoorOptions,
  dataDir: string,
  store: string,
): Config {
  const file = join(dataDir, 'config.yaml');
  const url = publicUrl === null ? '' : `public_url: ${publicUrl ?? 'http://127.0.0.1'}\n`;
  writeFileSync(file, `listen: 127.0.0.1:${port}\ndata_dir: data\n${store}${url}${yaml}\n`);
  const loaded = loadConfig({ file, env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.config;
}

/** The name is kept beside the data, so that a restart finds the same database. */
async function databaseOf(
  dataDir: string,
  timeout = '1m',
): Promise<{ yaml: string; drop: () => Promise<void> }> {
  if (!isOnPostgres()) return { yaml: '', drop: async () => undefined };
  const file = join(dataDir, 'database');
  const { address, drop } = existsSync(file)
    ? knownDatabase(readFileSync(file, 'utf8'))
    : await createDatabase();
  writeFileSync(file, address.database);
  const { user, host, port, database, password } = address;
  const url = `postgres://${user}:${encodeURIComponent(password?.reveal() ?? '')}@${host}:${port}/${database}`;
  return { yaml: `store: {url: "${url}", timeout: ${timeout}}\n`, drop };
}
