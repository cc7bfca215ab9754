/** Connections to PostgreSQL that are given up in time. @module */
import { Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client, type ClientConfig, Pool, type PoolClient, type PoolConfig, types } from 'pg';
import type { PeerTls } from '../core/peer-tls.ts';
import type { PostgresAddress } from '../core/store-address.ts';
import { PostgresFault, READ_ONLY, UNPROVEN } from './postgres-faults.ts';

/** Also the longest that a writer who has gone away keeps all others waiting. */
const SILENCE_IN_TRANSACTION_MS = 2_000;
const KEEPALIVE_AFTER_MS = 10_000;
const IDLE_MS = 30_000;
/** The server's own limits come first: it says what was waited for. */
const SERVER_SHARE = 0.9;

/** What the pools of one process know of the way to the server. */
export interface Line {
  /** Grows with each loss: a connection that is older than one may be dead without knowing. */
  losses: number;
  /** Every socket that is open, so that closing is never in a dead server's hands. */
  readonly sockets: Set<Socket>;
}

/** A pool whose connections answer within the address's time, or are thrown away. */
export function openPool(address: PostgresAddress, line: Line, max: number): PostgresPool {
  const pool = new Pool({ ...configOf(address, line), max, Client: clientFor(address) });
  const lossesAtBirth = new WeakMap<PoolClient, number>();
  const known = new WeakSet<PoolClient>();
  const lose = (client: PoolClient) => {
    // What breaks together counts once: its successors are not older than the last one's end.
    line.losses = Math.max(line.losses, (lossesAtBirth.get(client) ?? 0) + 1);
  };
  pool.on('connect', (client) => {
    lossesAtBirth.set(client, line.losses);
    // Without a listener, a connection that breaks while it is used ends the process.
    client.on('error', () => lose(client));
  });
  pool.on('error', () => undefined);
  return {
    options: {},
    end: () => pool.end(),
    async connect() {
      for (;;) {
        const client = await pool.connect().catch((error: unknown) => {
          throw new PostgresFault(error);
        });
        if ((lossesAtBirth.get(client) ?? 0) < line.losses) {
          client.release(true);
          continue;
        }
        const connection = bound(client, address.timeoutMs, () => lose(client));
        if (known.has(client)) return connection;
        try {
          refuseStranger(client);
          await refuseCopy(connection);
        } catch (error) {
          connection.release(true);
          throw error;
        }
        known.add(client);
        return connection;
      }
    },
  };
}

/**
 * Whoever takes the port while the server restarts may ask for the password as it is, or let
 * everybody in and answer what it likes. Only a certificate, or a folder that the server alone
 * writes to, says who is asking.
 */
const clientFor = ({ host, password, tls }: PostgresAddress): typeof Client =>
  password === undefined || tls !== undefined || host.startsWith('/') ? Client : WaryClient;

/** Shows by SCRAM alone that it knows the password, and hears whether the server does the same. */
class WaryClient extends Client {
  hasHeardProof = false;

  constructor(config?: ClientConfig) {
    super(config);
    // A proof that is wrong ends the connection where the library looks at it, right after.
    this.connection.once('authenticationSASLFinal', () => {
      this.hasHeardProof = true;
    });
  }

  // These two are the library's own; tests see that they are still called so.
  _handleAuthCleartextPassword(): void {
    this.connection.stream.destroy(unproven('it asks for the password itself'));
  }

  /** The hash is all that a stranger needs to come in, or to guess the password at leisure. */
  _handleAuthMD5Password(): void {
    this.connection.stream.destroy(unproven('it asks for an MD5 hash'));
  }
}

/** A server that lets everybody in has shown nothing, and nothing has been said to it yet. */
function refuseStranger(client: PoolClient): void {
  if (!(client instanceof WaryClient) || client.hasHeardProof) return;
  throw new PostgresFault(unproven('it asks for none'));
}

const unproven = (reason: string): Error => withCode(reason, UNPROVEN);

const withCode = (message: string, code: string): Error =>
  Object.assign(new Error(message), { code });

/**
 * A copy answers every look and takes no change: sessions that have ended would live on here for
 * as long as it lags behind.
 */
async function refuseCopy(connection: PostgresPoolClient): Promise<void> {
  const { rows } = await connection.query<{ isCopy: boolean }>(
    'select pg_is_in_recovery() as "isCopy"',
    [],
  );
  if (rows[0]?.isCopy === true) throw new PostgresFault(withCode('it is a copy', READ_ONLY));
}

/** Gives up after `timeoutMs`; what was given up never goes back into the pool. */
function bound(client: PoolClient, timeoutMs: number, lose: () => void): PostgresPoolClient {
  let broken: PostgresFault | undefined;
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (broken !== undefined) throw broken;
    const silence = Promise.withResolvers<never>();
    const timer = setTimeout(() => silence.reject(new Error('timeout exceeded')), timeoutMs);
    try {
      return await Promise.race([client.query(text, parameters.map(storable)), silence.promise]);
    } catch (error) {
      const fault = new PostgresFault(error);
      if (fault.kind === 'lost' || fault.kind === 'silent') {
        broken = fault;
        lose();
      }
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release: (isDiscarded) => client.release(broken !== undefined || isDiscarded === true),
  };
}

/** Text cannot hold a NUL here: a name with one is looked for, and not found, as on SQLite. */
const storable = (value: unknown) =>
  typeof value === 'string' ? value.replaceAll('\0', '\uFDD0') : value;

function configOf(address: PostgresAddress, line: Line): PoolConfig {
  const { timeoutMs } = address;
  const serverMs = Math.ceil(timeoutMs * SERVER_SHARE);
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    // A function, so that no file in somebody's home is asked instead.
    password: () => address.password?.reveal() ?? '',
    ssl: address.tls === undefined ? false : tlsOptions(address.host, address.tls),
    application_name: 'sallyport',
    types: { getTypeParser },
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: serverMs,
    lock_timeout: serverMs,
    idle_in_transaction_session_timeout: Math.min(SILENCE_IN_TRANSACTION_MS, serverMs),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
    idleTimeoutMillis: IDLE_MS,
    stream: () => trackedSocket(line),
  };
}

function trackedSocket({ sockets }: Line): Socket {
  const socket = new Socket();
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

function tlsOptions(host: string, tls: PeerTls): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_, certificate) =>
      checkServerIdentity(tls.serverName ?? host, certificate),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.clientCert === undefined ? {} : { cert: tls.clientCert }),
    ...(tls.clientKey === undefined ? {} : { key: tls.clientKey.reveal() }),
  };
}

/** Milliseconds, steps and ids are all below 2^53; only here, not in every user of pg. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: string) =>
  oid === types.builtins.INT8
    ? Number
    : types.getTypeParser(oid, format as Parameters<typeof types.getTypeParser>[1]);
