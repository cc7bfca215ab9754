/** What PostgreSQL and the way to it can answer, in sentences for the operator. @module */
import { codeOf } from '../core/error-code.ts';
import { DoorError, StartupError } from '../core/errors.ts';
import type { PostgresAddress } from '../core/store-address.ts';

/**
 * Whether a call may be made again:
 * `conflict`: the server has undone everything and asks for it;
 * `lost`: the connection broke before a commit was asked for;
 * `silent`: nothing came back in time, and nothing will be quicker the next time;
 * `unknown-outcome`: a commit was asked for and its answer is missing;
 * `refused`: everything else.
 */
export type FaultKind = 'conflict' | 'lost' | 'silent' | 'unknown-outcome' | 'refused';

/** `read_only_sql_transaction`: what a copy of a server answers to every change. */
export const READ_ONLY = '25006';
/** The code of our own refusal to believe a server that has not shown that it knows the password. */
export const UNPROVEN = 'UNPROVEN';

/** An error of the driver's or the server's, so that a caller's own errors can be told apart. */
export class PostgresFault extends Error {
  override readonly name = 'PostgresFault';
  readonly kind: FaultKind;

  constructor(cause: unknown, kind: FaultKind = kindOf(cause)) {
    super(messageOf(cause), { cause: cause instanceof PostgresFault ? cause.cause : cause });
    this.kind = kind;
  }

  /** SQLSTATE, or a code of Node's for sockets and TLS; empty where there is none. */
  get code(): string {
    return faultCode(this.cause);
  }
}

/** `db on 10.0.0.7:5432`: how sentences call a database, without its user and password. */
export function nameDatabase({ database, host, port }: PostgresAddress): string {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return `${database} on ${host.startsWith('/') ? host : place}`;
}

/** The exception for a fault, with what to do about it where that is known. */
export function explain(fault: PostgresFault, address: PostgresAddress): DoorError {
  const name = nameDatabase(address);
  const sentence = sentenceOf(fault, address) ?? `has failed (${fault.message})`;
  return new DoorError('E_STORE_DOWN', `The database ${name} ${sentence}.`, fault.cause);
}

/** What a start that failed means: tables of another program end it with a sentence of their own. */
export function explainForeign(error: unknown, address: PostgresAddress): unknown {
  if (!(error instanceof DoorError) || !FOREIGN_TABLE.has(faultCode(error.cause))) return error;
  return new StartupError(
    `The database ${nameDatabase(address)} holds tables of another program ` +
      `(${messageOf(error.cause)}): give Sallyport a database of its own. Nothing was changed.`,
    1,
    error.cause,
  );
}

/** duplicate_table, duplicate_object, undefined_column, wrong_object_type, datatype_mismatch. */
const FOREIGN_TABLE = new Set(['42P07', '42710', '42703', '42809', '42804']);

function sentenceOf(
  { code, kind, message }: PostgresFault,
  { host, port, user, database, timeoutMs }: PostgresAddress,
): string | undefined {
  if (kind === 'silent') return `did not answer within ${timeoutMs} ms`;
  if (kind === 'unknown-outcome') return `did not say whether it has kept a change (${message})`;
  if (message.includes('does not support SSL')) {
    return 'refuses TLS: turn TLS on at the server, or write sslmode=disable if the network between is trusted';
  }
  if (message === 'There was an error establishing an SSL connection') {
    return `cannot be reached: what answers at ${host}:${port} is no PostgreSQL server; correct host and port of store`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `has a certificate for another name (${message}): set store.server_name, or use the name in the certificate`;
  }
  if (CERTIFICATE.has(code)) {
    return `has a certificate that nobody vouches for (${message}): set store.ca_file to the certificate of its authority`;
  }
  if (message.startsWith('SASL: ') && message.includes('password must be')) {
    return `does not let ${user} in without a password: add it to store`;
  }
  if (code.startsWith('28')) {
    return `does not let ${user} in (${message}): check user and password of store, and pg_hba.conf of the server`;
  }
  switch (code) {
    case UNPROVEN:
      return `does not prove that it knows the password of ${user} (${message}), and could be a stranger on its port: let pg_hba.conf of the server say scram-sha-256, or use TLS`;
    case '3D000':
      return `does not exist: create it (createdb --owner=${user} ${database}), or correct store`;
    case '42501':
      return `gives ${user} too few rights (${message}): make ${user} its owner, or grant create on schema public`;
    case '53300':
      return 'has no connection left: raise max_connections of the server, or lower store.max_connections';
    case '57P01':
    case '57P02':
    case '57P03':
      return `takes nobody just now (${message}): wait for the server, or look at its log`;
    case READ_ONLY:
      return 'is a read-only copy: name the server that takes changes';
    case '55P03':
    case '57014':
      return `is held elsewhere (${message})`;
    case 'ECONNREFUSED':
    case 'ENOENT':
      return `cannot be reached (nothing listens at ${host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host}:${port}`}): start the server, or correct store`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot be reached: the name ${host} is not known; correct store, or this machine's DNS`;
    default:
      return undefined;
  }
}

const CERTIFICATE = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_HAS_EXPIRED',
]);

/** serialization_failure, deadlock_detected: the server has undone the transaction. */
const CONFLICT = new Set(['40001', '40P01']);
/** A restart ends sessions with these; idle_in_transaction_session_timeout with the last. */
const LOST = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02', '08006', '25P03']);

function kindOf(error: unknown): FaultKind {
  if (error instanceof PostgresFault) return error.kind;
  const code = faultCode(error);
  if (CONFLICT.has(code)) return 'conflict';
  if (LOST.has(code) || /^Connection terminated(?: unexpectedly)?$/.test(messageOf(error))) {
    return 'lost';
  }
  return /timeout e(?:xpired|xceeded)|connection timeout/.test(messageOf(error))
    ? 'silent'
    : 'refused';
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function faultCode(error: unknown): string {
  // Node tries every address of a name, and reports all that failed.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return codeOf(first) ?? '';
}
