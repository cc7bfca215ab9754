/** What the operator's commands do to people. @module */

import type { AuditEvent } from '../audit/events.ts';
import { ADMIN_GROUP } from '../core/identity.ts';
import type { Principal } from '../store/contract.ts';
import { addUser } from './add-user.ts';
import { parseName } from './canonical-name.ts';
import type { Administration } from './contract.ts';
import { passwordCredential } from './credentials.ts';
import { type AccountsDeps, createTools, type Tools } from './deps.ts';
import { canonicalGroups } from './groups.ts';
import { issueInvite } from './invites.ts';

/**
 * Works beside running doors on the same store; every change ends the sessions it
 * concerns, through the feed that the doors poll.
 *
 * @throws DoorError E_FORM_INVALID for a group name that no header could carry
 */
export function createAdministration(deps: AccountsDeps): Administration {
  const tools = createTools(deps);
  return {
    createInvite: (options) => createInvite(tools, options),
    addUser: (user) => addUser(tools, user),
    findUser: (name) => findPerson(tools, name),
    listUsers: () => tools.store.listPrincipals('person'),
    setDisabled: (name, disabled) =>
      change(tools, name, async ({ id, name }) => {
        const done = await tools.store.setDisabled(id, disabled ? tools.clock.nowMs() : null);
        return done && { type: disabled ? 'user-disabled' : 'user-enabled', name, source: 'cli' };
      }),
    removeUser: (name) =>
      change(tools, name, async ({ id, name }) => {
        const done = await tools.store.removePrincipal(id);
        return done && { type: 'user-removed', name, source: 'cli' };
      }),
    setGroups: (name, wanted) =>
      change(tools, name, async ({ id, name }) => {
        const groups = canonicalGroups(wanted);
        const done = await tools.store.setGroups(id, groups);
        return done && { type: 'groups-set', name, groups, source: 'cli' };
      }),
    resetTotp: (name, lifetimeMs) => resetTotp(tools, name, lifetimeMs),
    setPassword: (name, password) => setPassword(tools, name, password.reveal()),
  };
}

async function findPerson({ store }: Tools, typed: string): Promise<Principal | undefined> {
  const name = parseName(typed);
  if (name === undefined) return undefined;
  return (await store.findAccount('person', '', name.canonicalName))?.principal;
}

/** Makes one change to one person, and remembers it when it happened. */
async function change(
  tools: Tools,
  typedName: string,
  make: (principal: Principal) => Promise<AuditEvent | false>,
): Promise<boolean> {
  const principal = await findPerson(tools, typedName);
  const event = principal !== undefined && (await make(principal));
  if (event === false) return false;
  tools.audit(event);
  return true;
}

async function createInvite(
  tools: Tools,
  options: Parameters<Administration['createInvite']>[0],
): ReturnType<Administration['createInvite']> {
  const isSetup = options.kind === 'setup';
  // Set-up links end up in logs and terminals: only the newest one works.
  if (isSetup) await tools.store.dropInvites('setup');
  const groups = canonicalGroups(isSetup ? [...options.groups, ADMIN_GROUP] : options.groups);
  const { token } = await issueInvite(tools, { ...options, groups, principalId: null });
  tools.audit({ type: 'invite-created', groups, source: 'cli' });
  return token;
}

async function resetTotp(
  tools: Tools,
  typedName: string,
  lifetimeMs: number,
): ReturnType<Administration['resetTotp']> {
  const principal = await findPerson(tools, typedName);
  if (principal === undefined) return undefined;
  // First the old secret dies: a crash in between leaves nobody able to use a lost phone.
  const replaced = await replace(tools, principal, {
    kinds: ['totp', 'recovery'],
    credentials: [],
  });
  if (!replaced) return undefined;
  const { token: enrolToken } = await issueInvite(tools, {
    kind: 'enrol',
    groups: [],
    principalId: principal.id,
    lifetimeMs,
  });
  tools.audit({ type: 'totp-reset', name: principal.name, source: 'cli' });
  return { enrolToken };
}

async function setPassword(
  tools: Tools,
  typedName: string,
  password: string,
): ReturnType<Administration['setPassword']> {
  const principal = await findPerson(tools, typedName);
  if (principal === undefined) return undefined;
  const problem = await tools.passwordRules.problemOf(password, principal.name);
  if (problem !== undefined) return { ok: false, problems: { password: problem } };
  const maker = { envelope: tools.envelope, random: tools.random, principalId: principal.id };
  const credentials = [passwordCredential(maker, await tools.passwords.hash(password))];
  if (!(await replace(tools, principal, { kinds: ['password'], credentials }))) return undefined;
  tools.audit({ type: 'password-set', name: principal.name, source: 'cli' });
  return { ok: true };
}

type Replacement = Pick<
  Parameters<Tools['store']['replaceCredentials']>[0],
  'kinds' | 'credentials'
>;

async function replace(tools: Tools, principal: Principal, what: Replacement): Promise<boolean> {
  const replaced = await tools.store.replaceCredentials({
    ...what,
    principalId: principal.id,
    inviteId: null,
    nowMs: tools.clock.nowMs(),
  });
  return replaced === 'replaced';
}
