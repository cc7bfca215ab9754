/** Debian's PostgreSQL for the tests: one server for a whole run, one database for each. @module */
import {
  type ChildProcess,
  execFile as execFileWithCallback,
  spawn,
  spawnSync,
} from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { PostgresAddress } from '../src/core/store-address.ts';
import { freePort } from './ports.ts';
import { binFolder } from './postgres-server.ts';

const USER = 'postgres';
const execFile = promisify(execFileWithCallback);

/** A running server. */
export interface PostgresServer {
  readonly port: number;
  readonly folder: string;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

function addressOf(database: string, port: number): PostgresAddress {
  return {
    kind: 'postgres',
    host: '127.0.0.1',
    port,
    database,
    user: USER,
    // The server trusts whoever comes over loopback; test/store/postgres-access.test.ts has others.
    password: undefined,
    tls: undefined,
    maxConnections: 10,
    // Tests let a thousand calls wait in line; those about time-outs have their own.
    timeoutMs: 60_000,
  };
}

/** A database, and how to be rid of it; dropping it twice is harmless. */
interface TestDatabase {
  readonly address: PostgresAddress;
  readonly drop: () => Promise<void>;
}

/** Whether this project of the run is the one on PostgreSQL (vitest.config.ts). */
export const isOnPostgres = (): boolean => process.env.TEST_STORE === 'postgres';

/** An empty database at the server of this run, or at `port`. */
export async function createDatabase(port = portOfRun()): Promise<TestDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await execute(`create database ${name} template template0`, port);
  return knownDatabase(name, port);
}

/** One that exists already. */
export const knownDatabase = (name: string, port = portOfRun()): TestDatabase => ({
  address: addressOf(name, port),
  drop: () => execute(`drop database if exists ${name} with (force)`, port),
});

/** Writes a database down as SQL that replaces what is there; returns how to bring that back. */
export async function dump({ host, port, user, database }: PostgresAddress) {
  const bin = binFolder() ?? '';
  const at = ['-h', host, '-p', String(port), '-U', user, '-d', database];
  const { stdout } = await execFile(join(bin, 'pg_dump'), [...at, '--clean', '--if-exists']);
  return async (): Promise<void> => {
    const restoring = execFile(join(bin, 'psql'), [...at, '-q', '-1', '-v', 'ON_ERROR_STOP=1']);
    restoring.child.stdin?.end(stdout);
    await restoring;
  };
}

/** A connection of the superuser's beside the store. */
export async function connectTo(address: PostgresAddress): Promise<pg.Client> {
  const { host, port, user, database } = address;
  const client = new pg.Client({ host, port, user, database });
  // A server that is stopped ends it, too.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function execute(text: string, port: number): Promise<void> {
  const client = await connectTo(addressOf(USER, port));
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Starts a server in a folder of its own, as a user of its own where we are root. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const place = await makePlace();
  const init = ['-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await runIn(place, 'initdb', init);
  return serve(place, settings);
}

/**
 * Starts a copy that follows the server at `port` (asynchronously) for as long as it can reach
 * it there; `select pg_promote()` makes a server of its own of it.
 */
export async function startStandby(port: number): Promise<PostgresServer> {
  const place = await makePlace();
  const from = ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
  const how = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
  await runIn(place, 'pg_basebackup', [...from, ...how]);
  return serve(place);
}

type Place = Awaited<ReturnType<typeof makePlace>>;

async function makePlace() {
  const bin = binFolder();
  if (bin === undefined) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
  const owner = ownerOf(folder);
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const as = { ...owner, cwd: folder };
  return { folder, data: join(folder, 'data'), bin, as };
}

const runIn = ({ bin, data, as }: Place, program: string, args: readonly string[]) =>
  execFile(join(bin, program), ['-D', data, ...args], as);

async function serve(
  { folder, data, bin, as }: Place,
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const port = await freePort();
  const flags = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`];
  const quick = ['fsync=off', 'full_page_writes=off', 'max_connections=200', ...settings];
  const args = ['-D', data, ...[...flags, ...quick].flatMap((flag) => ['-c', flag])];
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(join(bin, 'postgres'), args, { ...as, stdio: 'ignore' });
    await untilReady(port, child);
  };
  const stop = async (mode: 'fast' | 'immediate' = 'fast') => {
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
    child = undefined;
  };
  await start();
  const dispose = async () => {
    await stop('immediate');
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, folder, start, stop, dispose };
}

function portOfRun(): number {
  const port = Number(process.env.TEST_POSTGRES_PORT);
  if (!(port > 0)) throw new Error('No PostgreSQL server runs for the tests.');
  return port;
}

/** Who runs the server: PostgreSQL refuses root. */
export function ownerOf(
  folder: string,
): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, USER], { cwd: folder }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) break;
    const isReady = await execute('select 1', port).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await wait(50);
  }
  throw new Error('PostgreSQL did not start.');
}
