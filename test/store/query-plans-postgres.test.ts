/** PostgreSQL finds what a request needs without reading a table, however large it is. */
import { createQueryId, PostgresQueryCompiler, type RootOperationNode } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openEngine, storeOver } from '../../src/store/open.ts';
import { connectTo, createDatabase } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { CALLS, recording } from './calls.ts';
import { clock, NOW_MS } from './now.ts';
import { populate } from './population.ts';
import { signIn } from './samples.ts';

describeWithPostgres('with 100,000 sessions, no table is read from end to end:', () => {
  let engine: Engine;
  let client: pg.Client;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const database = await createDatabase();
    drop = database.drop;
    engine = await openEngine({ address: database.address, clock, random });
    await populate(database.address, { principals: 10_000, sessions: 100_000 }, NOW_MS);
    await signIn(storeOver(engine, { clock }), 'ada', 's1');
    client = await connectTo(database.address);
  });

  afterAll(async () => {
    await client.end();
    await engine.close();
    await drop();
  });

  it.each(CALLS)('%s', async (_, call) => {
    const nodes: RootOperationNode[] = [];
    await call(storeOver(recording(engine, nodes, { isUndone: true }), { clock }));
    const plans: string[] = [];
    for (const node of nodes) {
      const { sql, parameters } = new PostgresQueryCompiler().compileQuery(node, createQueryId());
      const { rows } = await client.query(`explain ${sql}`, [...parameters]);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    expect(plans).not.toEqual([]);
    expect(plans.filter((plan) => plan.includes('Seq Scan'))).toEqual([]);
  });
});
