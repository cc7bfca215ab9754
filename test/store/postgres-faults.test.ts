import { expect, it } from 'vitest';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import { explain, PostgresFault } from '../../src/store/postgres-faults.ts';

const address: PostgresAddress = {
  ...{ kind: 'postgres', host: 'db.example', port: 5432, database: 'door', user: 'door' },
  ...{ password: undefined, tls: undefined, maxConnections: 10, timeoutMs: 5_000 },
};

it.each([
  ['57P01', 'terminating connection due to administrator command'],
  ['57P03', 'the database system is starting up'],
])('a server that comes or goes (%s) asks for patience', (code, message) => {
  const fault = new PostgresFault(Object.assign(new Error(message), { code }));
  expect(explain(fault, address).message).toBe(
    `The database door on db.example:5432 takes nobody just now (${message}): wait for the server, or look at its log.`,
  );
});

it('something else on the port is called that', () => {
  const fault = new PostgresFault(new Error('There was an error establishing an SSL connection'));
  expect(explain(fault, address).message).toBe(
    'The database door on db.example:5432 cannot be reached: what answers at db.example:5432 is no PostgreSQL server; correct host and port of store.',
  );
});
