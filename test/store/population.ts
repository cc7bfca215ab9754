/** Fills a store by the database's own means, as years would. @module */
import { DatabaseSync } from 'node:sqlite';
import type { StoreAddress } from '../../src/core/store-address.ts';
import { connectTo } from '../postgres.ts';

/** How big a store is. */
export interface Population {
  readonly principals: number;
  readonly sessions: number;
}

/** An app and ten recovery codes. */
const CREDENTIALS = 11;
/** Entries of the feed, of sessions that have ended today. */
const REVOCATIONS = 100_000;
const HOUR_MS = 3_600_000;

/** Puts something into every table of an empty store, and lets the database sweep up. */
export async function populate(
  address: StoreAddress,
  population: Population,
  nowMs: number,
): Promise<void> {
  const sqlite = address.kind === 'sqlite';
  const statements = statementsFor(population, { ...(sqlite ? SQLITE : POSTGRES), nowMs });
  if (address.kind === 'sqlite') {
    const db = new DatabaseSync(address.path);
    db.exec(`begin; ${statements.join(';\n')}; commit; pragma wal_checkpoint(truncate)`);
    db.close();
    return;
  }
  const client = await connectTo(address);
  try {
    // The rows refer to one another by construction: a million look-ups would prove it again.
    await client.query('set session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
    // What autovacuum does within a minute.
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

interface Words {
  /** A table of numbers from 1. */
  readonly numbers: (count: number) => string;
  /** Text of 22 characters that sorts in another order than `i` counts, as random ids do. */
  readonly scattered: (i: string) => string;
}

const SQLITE: Words = {
  numbers: (count) =>
    `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n)`,
  scattered: (i) => `printf('%010d-%011d', (${i}) * 2654435761 % 4294967296, ${i})`,
};

const POSTGRES: Words = {
  numbers: (count) => `(select generate_series(1, ${count}::bigint) as i)`,
  scattered: (i) =>
    `(lpad(((${i}) * 2654435761 % 4294967296)::text, 10, '0') || '-' || lpad((${i})::text, 11, '0'))`,
};

function statementsFor(
  { principals, sessions }: Population,
  { numbers, scattered, nowMs }: Words & { readonly nowMs: number },
): readonly string[] {
  // One after the other, as they were opened; the last of them ends in half a day.
  const expiresOf = (rows: number) =>
    `${nowMs + HOUR_MS} + i * ${Math.floor((12 * HOUR_MS) / rows)}`;
  const few = principals / 10;
  const perPerson = Math.round(sessions / principals);
  return [
    `insert into principal (id, kind, realm, name, canonical_name, groups, created_at_ms)
      select ${scattered('i')}, 'person', '', 'p' || i, 'p' || i, '["crew"]', ${nowMs}
      from ${numbers(principals)} as n`,
    `insert into credential (id, principal_id, kind, label, sealed, last_step, created_at_ms)
      select ${scattered('i')}, ${scattered(`1 + (i - 1) / ${CREDENTIALS}`)}, 'recovery', '',
        'v1.k1.0123456789012345.${'x'.repeat(120)}', -1, ${nowMs}
      from ${numbers(principals * CREDENTIALS)} as n`,
    `insert into session (sid, principal_id, amr, created_at_ms, expires_at_ms)
      select ${scattered('i')}, ${scattered(`1 + (i - 1) / ${perPerson}`)}, '["pwd","otp"]',
        ${nowMs}, ${expiresOf(sessions)}
      from ${numbers(sessions)} as n`,
    `insert into revocation (sid, expires_at_ms)
      select ${scattered(`i + ${sessions}`)}, ${expiresOf(REVOCATIONS)} from ${numbers(REVOCATIONS)} as n`,
    `insert into flow (id, sealed, expires_at_ms)
      select ${scattered('i')}, 'sealed', ${expiresOf(few)} from ${numbers(few)} as n`,
    `insert into invite (id, kind, token_hash, groups, created_at_ms, expires_at_ms)
      select ${scattered('i')}, 'invite', 'hash' || i, '[]', ${nowMs}, ${expiresOf(few)}
      from ${numbers(few)} as n`,
    `insert into bearer (id, name, token_hash, scopes, created_at_ms, expires_at_ms)
      select ${scattered('i')}, 'b' || i, 'hash' || i, '[]', ${nowMs}, ${expiresOf(few)}
      from ${numbers(few)} as n`,
    `insert into throttle
      (key, failures, last_failure_ms, day_start_ms, day_attempts, touched_at_ms)
      select 'account:' || ${scattered('i')}, 0, ${nowMs}, ${nowMs}, 0, ${nowMs}
      from ${numbers(principals * 2)} as n`,
  ];
}
