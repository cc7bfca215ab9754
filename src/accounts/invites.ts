/** Links that let somebody in once: set-up, invitation, a new app. @module */
import { createHash } from 'node:crypto';
import { randomToken } from '../core/ports.ts';
import { Secret } from '../core/secret.ts';
import type { Invite, InviteKind } from '../store/contract.ts';
import type { SignUpGround } from './contract.ts';
import type { Tools } from './deps.ts';

/** Makes a link's token; the store keeps only its hash. */
export async function issueInvite(
  { store, clock, random }: Pick<Tools, 'store' | 'clock' | 'random'>,
  options: {
    readonly kind: InviteKind;
    readonly groups: readonly string[];
    readonly principalId: string | null;
    readonly lifetimeMs: number;
  },
): Promise<Secret> {
  const { kind, groups, principalId, lifetimeMs } = options;
  const token = randomToken(random, 32);
  const createdAtMs = clock.nowMs();
  await store.addInvite({
    id: randomToken(random, 16),
    kind,
    tokenHash: hashToken(token),
    groups,
    principalId,
    createdAtMs,
    expiresAtMs: createdAtMs + lifetimeMs,
  });
  return new Secret(token);
}

/** @returns undefined when unknown, spent, expired or of another kind */
export async function findInvite(
  { store, clock }: Pick<Tools, 'store' | 'clock'>,
  token: string,
  kinds: readonly InviteKind[],
): Promise<Invite | undefined> {
  const invite = await store.findInvite(hashToken(token), clock.nowMs());
  return invite !== undefined && kinds.includes(invite.kind) ? invite : undefined;
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
  const invite = await findInvite(tools, token, ['setup', 'invite']);
  if (invite?.kind === 'setup' && !(await tools.store.hasPerson()))
    return { kind: 'invite', invite };
  if (signup === 'closed') return { kind: 'refused', reason: 'closed' };
  if (invite?.kind === 'invite') return { kind: 'invite', invite };
  return { kind: 'refused', reason: 'invite-unknown' };
}

const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');
