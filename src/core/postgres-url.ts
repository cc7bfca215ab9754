/** Where a PostgreSQL database is, as one URL. @module */
import { accepted, type Parsed, refused } from './parsed.ts';
import { Secret } from './secret.ts';

/** A database's place, and how somebody is let in. */
export interface PostgresPlace {
  /** Host name or IP address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret | undefined;
  /** Undefined leaves it to where the server is. */
  readonly sslmode: SslMode | undefined;
}

/** Encrypted and verified, or in the clear: what lies between only looks safe. */
export type SslMode = 'verify-full' | 'disable';

const DEFAULT_PORT = 5_432;
const REMEDY = 'write postgres://user:password@host:5432/database';

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`, or
 * `postgres://user@/database?host=/run/postgresql` for a Unix socket.
 */
export function parsePostgresUrl(text: string): Parsed<PostgresPlace> {
  if (!/^postgres(?:ql)?:\/\//i.test(text)) return refused('is no postgres:// URL', REMEDY);
  // A URL of another scheme may not lack its host; libpq's may.
  const url = URL.parse(
    text.replace(/^[a-z]+:\/\/([^/@]*@)?(?=\/)/i, 'postgres://$1socket.invalid'),
  );
  if (url === null || url.hash !== '') {
    return refused(
      'cannot be read',
      `${REMEDY}; in a password write % # / ? @ : as %25 %23 %2F %3F %40 %3A`,
    );
  }
  const query = readQuery(url.searchParams);
  if (!query.ok) return query;
  const named = query.value.host ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (named === '' || named === 'socket.invalid') return refused('names no host', REMEDY);
  const parts = [url.username, url.password, url.pathname.slice(1)].map(decode);
  const [user, password, database] = parts;
  if (user === undefined || password === undefined || database === undefined) {
    return refused('holds a % that is no %25', 'write a percent sign as %25');
  }
  if (user === '') return refused('names no user', REMEDY);
  if (database === '' || database.includes('/')) return refused('names no database', REMEDY);
  if (/\p{Cc}/u.test(named + user + database + password)) {
    return refused('holds a control character', REMEDY);
  }
  return accepted({
    host: named,
    port: url.port === '' ? (query.value.port ?? DEFAULT_PORT) : Number(url.port),
    database,
    user,
    password: password === '' ? undefined : new Secret(password),
    sslmode: query.value.sslmode,
  });
}

/** Reads a value of libpq's `sslmode`. */
export function parseSslMode(word: string): Parsed<SslMode> {
  switch (word) {
    case 'disable':
      return accepted('disable');
    // More than is asked for: encryption for whoever answers would protect from nobody.
    case 'require':
    case 'verify-full':
      return accepted('verify-full');
    default:
      return refused(
        'has an sslmode that verifies too little',
        'write sslmode=verify-full, or sslmode=disable where the network between is trusted',
      );
  }
}

interface Query {
  readonly host?: string;
  readonly port?: number;
  readonly sslmode?: SslMode;
}

function readQuery(parameters: URLSearchParams): Parsed<Query> {
  let query: Query = {};
  for (const [name, value] of parameters) {
    if (name === 'host' && value.startsWith('/')) query = { ...query, host: value };
    else if (name === 'port' && /^[1-9][0-9]{0,4}$/.test(value)) {
      query = { ...query, port: Number(value) };
    } else if (name === 'sslmode') {
      const sslmode = parseSslMode(value);
      if (!sslmode.ok) return sslmode;
      query = { ...query, sslmode: sslmode.value };
    } else {
      return refused(
        'has a parameter that means nothing here',
        'keep sslmode, and host and port of a Unix socket such as ?host=/run/postgresql',
      );
    }
  }
  return accepted(query);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
