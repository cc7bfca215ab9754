import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createQueryId,
  type KyselyPlugin,
  type RootOperationNode,
  SqliteQueryCompiler,
} from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import { createAccounts } from '../../src/store/accounts.ts';
import { createBearers } from '../../src/store/bearers.ts';
import type { Store } from '../../src/store/contract.ts';
import { createCredentials } from '../../src/store/credentials.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createFeed } from '../../src/store/feed.ts';
import { createFlows } from '../../src/store/flows.ts';
import { createInvites } from '../../src/store/invites.ts';
import { createMarks } from '../../src/store/marks.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPrincipals } from '../../src/store/principals.ts';
import { createSessions } from '../../src/store/sessions.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createThrottles } from '../../src/store/throttles.ts';
import { createUpkeep } from '../../src/store/upkeep.ts';
import { clock, NOW_MS } from './now.ts';
import { credential, session, signIn } from './samples.ts';
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
  await signIn(assemble(engine), 'ada', 's1');
  await call(assemble(recording(engine, nodes)));
  return nodes.flatMap((node) => {
    const { sql: text, parameters } = new SqliteQueryCompiler().compileQuery(node, createQueryId());
    const steps = connection
      .prepare(`explain query plan ${text}`)
      .all(...(parameters as (string | number)[]));
    return steps.map((step) => String(step.detail));
  });
}

const assemble = (engine: Engine): Store => ({
  close: engine.close,
  ...createUpkeep(engine, { clock }),
  ...createPrincipals(engine),
  ...createAccounts(engine),
  ...createCredentials(engine),
  ...createInvites(engine),
  ...createBearers(engine),
  ...createSessions(engine),
  ...createFeed(engine),
  ...createFlows(engine),
  ...createThrottles(engine, { clock }),
  ...createMarks(engine),
});

function recording(engine: Engine, nodes: RootOperationNode[]): Engine {
  const recorder: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    ...engine,
    read: (query) => engine.read((db) => query(db.withPlugin(recorder))),
    readOnTime: (query) => engine.readOnTime((db) => query(db.withPlugin(recorder))),
    write: (work, keep) => engine.write((tx) => work(tx.withPlugin(recorder)), keep),
  };
}

const NEW_NAME = { realm: 'red', name: 'eve', canonicalName: 'eve' };

describe('a statement on the way of a request searches an index, however large the table:', () => {
  it.each<[string, (store: Store) => Promise<unknown>, RegExp]>([
    ['findPrincipal', (s) => s.findPrincipal('person', '', 'ada'), /principal USING INDEX/],
    ['findAccount', (s) => s.findAccount('person', '', 'ada'), /principal USING INDEX/],
    ['findAccount', (s) => s.findAccount('service', 'blue', 'ada'), /principal USING INDEX/],
    ['rename', (s) => s.rename('id-ada', NEW_NAME), /principal USING INDEX/],
    ['getAccount', (s) => s.getAccount('id-ada'), /credential USING INDEX/],
    ['listSessions', (s) => s.listSessions('id-ada', NOW_MS), /session_by_principal_id/],
    ['readRevocations', (s) => s.readRevocations(7), /revocation USING INTEGER PRIMARY KEY/],
    ['createSession', (s) => s.createSession(session('s2', 'ada')), /principal USING INDEX/],
    ['endSession', (s) => s.endSession('s1'), /session USING INDEX/],
    ['endSessions', (s) => s.endSessions('id-ada'), /session_by_principal_id/],
    ['spendStep', (s) => s.spendStep('totp-ada', 7), /credential USING INDEX/],
    ['findInvite', (s) => s.findInvite('hash', NOW_MS), /invite USING INDEX/],
    ['findBearer', (s) => s.findBearer('hash', NOW_MS), /bearer USING INDEX/],
    ['noteBearerUse', (s) => s.noteBearerUse('b', NOW_MS), /bearer USING INDEX/],
    ['removeBearer', (s) => s.removeBearer('phone'), /bearer USING INDEX/],
    ['getFlow', (s) => s.getFlow('f', NOW_MS), /flow USING INDEX/],
    [
      'dropFlow',
      (s) => s.putFlow('f', 'sealed', NOW_MS).then(() => s.dropFlow('f')),
      /flow USING INDEX/,
    ],
    ['setDisabled', (s) => s.setDisabled('id-ada', NOW_MS), /principal USING INDEX/],
    ['removePrincipal', (s) => s.removePrincipal('id-ada'), /principal USING INDEX/],
    ['purge', (s) => s.purge(NOW_MS), /throttle_by_touched_at_ms/],
    [
      'updateThrottle',
      (s) => s.updateThrottle(['a', 'b'], () => ({ next: new Map([['a', null]]), verdict: 0 })),
      /throttle USING INDEX/,
    ],
    [
      'replaceCredentials',
      (s) =>
        s.replaceCredentials({
          principalId: 'id-ada',
          kinds: ['totp', 'recovery'],
          credentials: [credential('new')],
          inviteId: null,
          nowMs: NOW_MS,
        }),
      /credential_by_principal_id/,
    ],
  ])('%s', async (_, call, search) => {
    const plans = await plansOf(call);
    expect(plans.join('\n')).toMatch(search);
    expect(plans.filter((plan) => plan.startsWith('SCAN'))).toEqual([]);
  });
});
