/** Where the state of an installation lives. @module */
import type { PeerTls } from './peer-tls.ts';
import type { Secret } from './secret.ts';

/** A file of this machine's, or a database that several machines share. */
export type StoreAddress = SqliteAddress | PostgresAddress;

/** Which database an installation uses: the configured server, or else the file beside the keys. */
export const storeAddressOf = (
  { store }: { readonly store: PostgresAddress | undefined },
  { databaseFile }: { readonly databaseFile: string },
): StoreAddress => store ?? { kind: 'sqlite', path: databaseFile };

/** SQLite in this process. */
export interface SqliteAddress {
  readonly kind: 'sqlite';
  /** Absolute, or `:memory:`. */
  readonly path: string;
}

/** A PostgreSQL server. */
export interface PostgresAddress {
  readonly kind: 'postgres';
  /** Host name or IP address without brackets, or the absolute path of a Unix socket's folder. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined where the server asks for none, or for a client certificate. */
  readonly password: Secret | undefined;
  /** Undefined sends everything in the clear. */
  readonly tls: PeerTls | undefined;
  /** Of one process, all together. */
  readonly maxConnections: number;
  /** How long a connection, a statement or a lock is waited for. */
  readonly timeoutMs: number;
}
