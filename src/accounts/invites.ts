/** Links that let somebody in once: set-up, invitation, a new app. @module */
import { randomToken } from '../core/ports.ts';
import { Secret } from '../core/secret.ts';
import type { Invite, InviteKind, Store } from '../store/contract.ts';
import type { SignUpGround } from './contract.ts';
import type { Tools } from './deps.ts';
import { hashToken } from './token-hash.ts';

/** Makes a right to enrol once, and its link's token; the store keeps only a hash of it. */
export async function issueInvite(
  { store, clock, random }: Pick<Tools, 'store' | 'clock' | 'random'>,
  options: {
    readonly kind: InviteKind;
    readonly groups: readonly string[];
    readonly principalId: string | null;
    readonly lifetimeMs: number;
  },
): Promise<{ readonly id: string; readonly token: Secret }> {
  const { kind, groups, principalId, lifetimeMs } = options;
  const id = randomToken(random, 16);
  const token = randomToken(random, 32);
  const createdAtMs = clock.nowMs();
  await store.addInvite({
    id,
    kind,
    tokenHash: hashToken(token),
    groups,
    principalId,
    createdAtMs,
    expiresAtMs: createdAtMs + lifetimeMs,
  });
  return { id, token: new Secret(token) };
}

/** @returns undefined when unknown, spent or expired */
export async function findInvite(
  { store, clock }: Pick<Tools, 'store' | 'clock'>,
  token: string,
): Promise<Invite | undefined> {
  return store.findInvite(hashToken(token), clock.nowMs());
}

/**
 * Whether somebody may sign up. A set-up link works under every policy, but only
 * until the first person exists; with `closed` no other link does.
 */
export async function groundFor(tools: Tools, token: string | undefined): Promise<SignUpGround> {
  const { signup } = tools.policy;
  if (token === undefined || token === '') {
    if (signup === 'open') return { kind: 'open' };
    return { kind: 'refused', reason: signup === 'closed' ? 'closed' : 'invite-needed' };
  }
  const invite = await findInvite(tools, token);
  if (invite?.kind === 'setup' && !(await tools.store.hasPerson()))
    return { kind: 'invite', invite };
  if (signup === 'closed') return { kind: 'refused', reason: 'closed' };
  if (invite?.kind === 'invite') return { kind: 'invite', invite };
  return { kind: 'refused', reason: 'invite-unknown' };
}

/**
 * Ends the set-up links once somebody exists. A failure is no reason to fail the
 * sign-up that has just been written: {@link groundFor} refuses what is left over.
 */
export async function dropSetupLinks(store: Pick<Store, 'dropInvites'>): Promise<void> {
  await store.dropInvites('setup').catch(() => undefined);
}
