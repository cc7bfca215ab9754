/** The address of the store, out of settings, files and the environment. @module */
import { resolve } from 'node:path';
import { accepted, type Parsed } from '../core/parsed.ts';
import type { PeerTls } from '../core/peer-tls.ts';
import { type PostgresPlace, parsePostgresUrl } from '../core/postgres-url.ts';
import type { PostgresAddress } from '../core/store-address.ts';
import { isLoopback } from './loopback.ts';
import type { Finding, Path } from './problem.ts';
import { readTextFile } from './read-file.ts';
import type { Settings } from './schema.ts';
import { DEFAULT_STORE, type StoreSettings } from './schema-store.ts';
import { loadTls } from './tls-files.ts';

/** An address, and what is wrong with its files; undefined is a SQLite file. */
export interface LoadedStore {
  readonly address: PostgresAddress | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads the store's files.
 *
 * @param baseDir  folder that relative files are looked up in
 * @param parts    from the environment, where the settings name no store
 */
export function loadStore(
  { store = DEFAULT_STORE, store_file: file }: Settings,
  baseDir: string,
  parts: PostgresPlace | undefined,
): LoadedStore {
  const source = urlSource(store, file);
  const read = source === undefined ? accepted(parts) : readUrl(resolve(baseDir, source.file));
  if (!read.ok) {
    const { problem, remedy } = read.refusal;
    const finding = { path: source?.path ?? [], problem: `the file ${problem}`, remedy };
    return { address: undefined, findings: [finding] };
  }
  const place = store.url ?? read.value;
  if (place === undefined) return { address: undefined, findings: [] };
  const { tls, findings } = loadTls(store, ['store'], baseDir);
  const hasTlsKeys = Object.keys(tls).length > 0;
  const address = addressOfPlace(place, store, tls);
  const isUseless = hasTlsKeys && address.tls === undefined;
  const useless: readonly Finding[] = isUseless ? [USELESS] : [];
  return { address, findings: [...findings, ...useless] };
}

/** A whole address: in the clear where its URL says so, or where nothing leaves this machine. */
export function addressOfPlace(
  place: PostgresPlace,
  limits: Pick<StoreSettings, 'max_connections' | 'timeout'>,
  tls: PeerTls,
): PostgresAddress {
  const { sslmode, ...rest } = place;
  const hasTlsKeys = Object.keys(tls).length > 0;
  const isOff = sslmode === 'disable' || (sslmode === undefined && isNear(place) && !hasTlsKeys);
  return {
    kind: 'postgres',
    ...rest,
    tls: isOff ? undefined : tls,
    maxConnections: limits.max_connections,
    timeoutMs: limits.timeout,
  };
}

const USELESS: Finding = {
  path: ['store'],
  problem: 'has keys for TLS, and sslmode=disable in its URL',
  remedy: 'remove one of them',
};

/** What never leaves this machine cannot be read on the way. */
const isNear = ({ host }: PostgresPlace) => host.startsWith('/') || isLoopback(host);

function urlSource(
  store: StoreSettings,
  file: string | undefined,
): { readonly path: Path; readonly file: string } | undefined {
  if (store.url_file !== undefined) return { path: ['store', 'url_file'], file: store.url_file };
  return file === undefined ? undefined : { path: ['store_file'], file };
}

/** The line break at the end of a file is nobody's password. */
function readUrl(file: string): Parsed<PostgresPlace> {
  const text = readTextFile(file);
  if (!text.ok) return text;
  const url = parsePostgresUrl(text.value.trim());
  return url.ok
    ? url
    : {
        ok: false,
        refusal: { ...url.refusal, problem: `holds a URL that ${url.refusal.problem}` },
      };
}
