/** A running door that is killed and started again on the same data. @module */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock, systemRandom } from '../../../src/core/ports.ts';
import type { PostgresAddress, StoreAddress } from '../../../src/core/store-address.ts';
import type { Store } from '../../../src/store/contract.ts';
import { openStore } from '../../../src/store/open.ts';
import { Installation } from '../../cli/installation.ts';
import { connectTo, createDatabase } from '../../postgres.ts';
import type { Program } from '../process.ts';

/** Where a door keeps its state. */
export type StoreKind = StoreAddress['kind'];

const LISTENING = /listening on (http:\/\/127\.0\.0\.1:\d+)/;

/** What the rules of the schema cannot say themselves, or say only while they are switched on. */
const ORPHANS = ['credential', 'session', 'invite'].map(
  (table) => `select '${table}' as orphan from ${table} left join principal
    on principal.id = ${table}.principal_id
    where principal.id is null and ${table}.principal_id is not null`,
);

/** One installation. */
export class MortalDoor implements AsyncDisposable {
  readonly #installation: Installation;
  readonly #address: StoreAddress;
  readonly #drop: () => Promise<void>;
  /** Whether people have one beside their app. */
  readonly hasPasswords: boolean;
  #program: Program | undefined;
  origin = '';

  private constructor(of: {
    readonly yaml: string;
    readonly addressIn: (folder: string) => StoreAddress;
    readonly drop: () => Promise<void>;
  }) {
    this.#installation = new Installation(of.yaml);
    this.#address = of.addressIn(this.#installation.folder);
    this.#drop = of.drop;
    this.hasPasswords = of.yaml.includes('[password');
  }

  /** @param factors  what a person shows, as the configuration writes it */
  static async open(kind: StoreKind, factors: string): Promise<MortalDoor> {
    const yaml = `listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
upstream: http://127.0.0.1:9
auth:
  signup: open
  factors: ${factors}
  throttle: { source: { free: 1000, base_wait: 100ms, max_wait: 100ms, per_day: 100000 } }
`;
    if (kind === 'sqlite') {
      const addressIn = (folder: string) => ({ kind, path: join(folder, 'data', 'sallyport.db') });
      return new MortalDoor({ yaml, addressIn, drop: async () => undefined });
    }
    const { address, drop } = await createDatabase();
    const { host, port, user, database } = address;
    const url = `postgres://${user}@${host}:${port}/${database}?sslmode=disable`;
    return new MortalDoor({ yaml: `${yaml}store: ${url}\n`, addressIn: () => address, drop });
  }

  async start(): Promise<void> {
    this.#program = this.#installation.start(['run', '--config', 'config.yaml']);
    [, this.origin = ''] = await this.#program.until(LISTENING);
  }

  /** Resolves once the process is gone. */
  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
    this.#program = undefined;
  }

  /**
   * Waits until the server has noticed: a transaction of the dead door may hold the write
   * lock of all others until then.
   *
   * @returns for how many milliseconds that was; 0 for a file, whose locks die with their owner
   */
  async untilForgotten(): Promise<number> {
    if (this.#address.kind === 'sqlite') return 0;
    const sinceMs = performance.now();
    const open = `select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'sallyport'`;
    await askPostgres(this.#address, async (ask) => {
      while ((await ask(open)).length > 0);
    });
    return performance.now() - sinceMs;
  }

  /** Looks into the store by a connection of its own, which is closed before the next kill. */
  async look<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const address = this.#address;
    const store = await openStore({ address, clock: systemClock, random: systemRandom });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** What the database itself finds wrong; empty where all is well. */
  async findDamage(): Promise<readonly unknown[]> {
    if (this.#address.kind === 'sqlite') return findSqliteDamage(this.#address.path);
    return askPostgres(this.#address, async (ask) => {
      const orphans: unknown[] = [];
      for (const query of ORPHANS) orphans.push(...(await ask(query)));
      return orphans;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#installation[Symbol.dispose]();
    await this.#drop();
  }
}

function findSqliteDamage(path: string): readonly unknown[] {
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    const all = (query: string) => connection.prepare(query).all();
    return [
      ...all('pragma integrity_check').filter((row) => row.integrity_check !== 'ok'),
      ...all('pragma foreign_key_check'),
      ...ORPHANS.flatMap(all),
    ];
  } finally {
    connection.close();
  }
}

type Ask = (query: string) => Promise<readonly unknown[]>;

async function askPostgres<T>(
  address: PostgresAddress,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const client = await connectTo(address);
  try {
    return await work(async (query) => (await client.query(query)).rows);
  } finally {
    await client.end();
  }
}
