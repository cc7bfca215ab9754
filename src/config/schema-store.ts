/** Schema of `store`: the PostgreSQL server of an installation on several machines. @module */
import * as z from 'zod';
import { parsePostgresUrl } from '../core/postgres-url.ts';
import { duration, parsedText, section, whole } from './scalars.ts';
import { fileName, tlsKeys } from './schema-tls.ts';

const EXPECTED_URL = 'a URL such as postgres://user:password@host:5432/database';

const storeUrl = () => parsedText(EXPECTED_URL, parsePostgresUrl);

const storeSection = section({
  url: storeUrl().optional().describe('Address: postgres://user:password@host:5432/database.'),
  url_file: fileName().describe('File that holds url.'),
  ...tlsKeys('server'),
  max_connections: whole(4, 1_000)
    .default(10)
    .describe('Most connections of one process, all together.'),
  timeout: duration({ min: '100ms', max: '1m' })
    .prefault('5s')
    .describe('How long a connection, a statement or a lock is waited for.'),
});

/** A store as written, its scalars parsed and its files unread. */
export type StoreSettings = z.output<typeof storeSection>;

/** A server of which nothing but its place has been said. */
export const DEFAULT_STORE: StoreSettings = storeSection.parse({});

/** A server: its URL alone, or a section with `url` and TLS settings. */
export const storeSchema = z.union(
  [storeUrl().transform((url): StoreSettings => ({ ...DEFAULT_STORE, url })), storeSection],
  { error: `${EXPECTED_URL}, or a section with url, ca_file …` },
);
