import { expect, it } from 'vitest';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { findUnfit } from '../../src/store/postgres-fitness.ts';

const address: PostgresAddress = {
  ...{ kind: 'postgres', host: 'db.example', port: 5432, database: 'door', user: 'door' },
  ...{ password: undefined, tls: undefined, maxConnections: 10, timeoutMs: 5_000 },
};
const sentenceFor = (version: number, encoding = 'UTF8') =>
  findUnfit({ version, encoding }, address)?.message;

it.each([
  [120_022, 12],
  [90_624, 9],
])('refuses a server that says %i, which is older than 13', (version, major) => {
  expect(sentenceFor(version)).toBe(
    `The database door on db.example:5432 runs on PostgreSQL ${major}: Sallyport needs version 13 or newer.`,
  );
});

it('takes version 13 and what came after it', () => {
  for (const version of [130_000, 130_022, 150_004, 180_001]) {
    expect(sentenceFor(version)).toBeUndefined();
  }
});

it('refuses a database that cannot hold every name', () => {
  expect(sentenceFor(150_004, 'SQL_ASCII')).toMatch(/encoding SQL_ASCII: create it with .* UTF8/);
});
