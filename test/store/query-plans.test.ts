import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createQueryId, type RootOperationNode, SqliteQueryCompiler } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { Store } from '../../src/store/contract.ts';
import { migrate } from '../../src/store/migrate.ts';
import { storeOver } from '../../src/store/open.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { CALLS, recording } from './calls.ts';
import { clock } from './now.ts';
import { signIn } from './samples.ts';
import { makeFolder } from './stores.ts';

/** Runs `call` on a real store and returns SQLite's plan of each statement in it. */
async function plansOf(call: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const path = join(await makeFolder(), 'sallyport.db');
  const engine = await openSqlite({ path, random, patienceMs: 1_000 }, (opened) =>
    migrate(opened, path),
  );
  const connection = new DatabaseSync(path);
  onTestFinished(async () => {
    connection.close();
    await engine.close();
  });
  const nodes: RootOperationNode[] = [];
  await signIn(storeOver(engine, { clock }), 'ada', 's1');
  await call(storeOver(recording(engine, nodes), { clock }));
  return nodes.flatMap((node) => {
    const { sql: text, parameters } = new SqliteQueryCompiler().compileQuery(node, createQueryId());
    const steps = connection
      .prepare(`explain query plan ${text}`)
      .all(...(parameters as (string | number)[]));
    return steps.map((step) => String(step.detail));
  });
}

describe('a statement on the way of a request searches an index, however large the table:', () => {
  it.each(CALLS)('%s', async (_, call, search) => {
    const plans = await plansOf(call);
    expect(plans.join('\n')).toMatch(search);
    expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([]);
  });
});
