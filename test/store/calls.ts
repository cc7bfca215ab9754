/** Every call on the way of a request, and the statements that it makes. @module */
import type { KyselyPlugin, RootOperationNode } from 'kysely';
import type { Store } from '../../src/store/contract.ts';
import type { Engine } from '../../src/store/engine.ts';
import { NOW_MS } from './now.ts';
import { credential, session } from './samples.ts';

const NEW_NAME = { realm: 'red', name: 'eve', canonicalName: 'eve' };

const ENTRY = { id: 7, sid: 's0', nonce: '', expiresAtMs: NOW_MS };

/** A call, and how SQLite must find what it looks for. */
export const CALLS: readonly (readonly [string, (store: Store) => Promise<unknown>, RegExp])[] = [
  [
    'hasServiceInAnyCase',
    (s) => s.hasServiceInAnyCase('jobs', 'backup'),
    /principal USING .*INDEX .*\(kind=\?\)/,
  ],
  ['findPrincipal', (s) => s.findPrincipal('person', '', 'ada'), /principal USING INDEX/],
  ['findAccount', (s) => s.findAccount('person', '', 'ada'), /principal USING INDEX/],
  ['findAccount', (s) => s.findAccount('service', 'blue', 'ada'), /principal USING INDEX/],
  ['rename', (s) => s.rename('id-ada', NEW_NAME), /principal USING INDEX/],
  ['getAccount', (s) => s.getAccount('id-ada'), /credential USING INDEX/],
  ['listSessions', (s) => s.listSessions('id-ada', NOW_MS), /session_by_principal_id/],
  ['readRevocations', (s) => s.readRevocations(ENTRY), /revocation USING INTEGER PRIMARY KEY/],
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
    (s) => s.updateThrottle(['a', 'b'], () => ({ next: new Map(), verdict: 0 })),
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
];

/** Keeps the statements of whatever is called; what they change is undone where that is said. */
export function recording(
  engine: Engine,
  nodes: RootOperationNode[],
  { isUndone = false } = {},
): Engine {
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
    write: (work, keep) =>
      engine.write((tx) => work(tx.withPlugin(recorder)), isUndone ? () => false : keep),
  };
}
