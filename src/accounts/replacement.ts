/** A new app for somebody who exists: with the old one, or by the operator's link. @module */
import type { Identity } from '../core/identity.ts';
import type { Account } from '../store/contract.ts';
import type { Attempt, BeginResult, FieldProblems, PendingEnrolment, Proofs } from './contract.ts';
import type { Tools } from './deps.ts';
import { PENDING_LIFETIME_MS, startEnrolment } from './enrolment.ts';
import { findInvite, issueInvite } from './invites.ts';
import { checkPassword, checkProofs } from './proofs.ts';
import { type CheckedUnderBudget, underBudget } from './under-budget.ts';

const WRONG_PROOFS = 'That did not match. Please check and try again with a fresh code.';
const WRONG_PASSWORD = 'That is not the password of this account.';
const DEAD_LINK =
  'This link has been used, has expired or is incomplete. Please ask for a new one.';
const NO_PASSWORD =
  'This account has no password yet. Please ask whoever runs this site to set one.';

/**
 * By a person who is signed in. A session alone is not enough: a borrowed browser
 * must not be able to take the account over for good.
 */
export async function beginReplacement(
  tools: Tools,
  identity: Identity,
  ask: { readonly proofs: Proofs; readonly attempt: Attempt },
): Promise<BeginResult> {
  const account = await tools.store.getAccount(identity.id);
  const budgets = tools.budgets.forKnown(identity.id, 'session');
  const checked = await underBudget(tools, budgets, () => checkProofs(tools, account, ask.proofs));
  const refusal = refusalOf(tools, { checked, name: identity.name, attempt: ask.attempt });
  if (refusal !== undefined) return refusal;
  if (checked.kind === 'right' && checked.value.usedRecoveryCode) {
    const left = checked.value.recoveryCodesLeft;
    tools.audit({ ...ask.attempt, type: 'recovery-code-used', name: identity.name, left });
  }
  // Spent by the first confirmation: two at once would each show recovery codes, one of them dead.
  const { id: inviteId } = await issueInvite(tools, {
    kind: 'enrol',
    groups: [],
    principalId: identity.id,
    lifetimeMs: PENDING_LIFETIME_MS,
  });
  return { ok: true, pending: pendingFor(tools, { person: identity, account, inviteId }) };
}

/** By the link that an operator made; asks for the password where the factors have one. */
export async function beginByLink(
  tools: Tools,
  form: { readonly token: string; readonly password: string | undefined },
  attempt: Attempt,
): Promise<BeginResult> {
  const link = await findLink(tools, form.token, attempt);
  if (!link.ok) return link;
  const { account, inviteId } = link;
  const { principal, credentials } = account;
  const isPasswordAsked = tools.policy.factors.includes('password');
  if (isPasswordAsked && !credentials.some((credential) => credential.kind === 'password')) {
    return refused({ form: NO_PASSWORD });
  }
  // Not the strangers' budget: they could keep the owner from using the link.
  const budgets = tools.budgets.forKnown(principal.id, 'link');
  const checked = await underBudget(tools, budgets, async () =>
    (await checkPassword(tools, account, form.password)) ? true : undefined,
  );
  const refusal = refusalOf(tools, { checked, name: principal.name, attempt });
  if (refusal === undefined) {
    return { ok: true, pending: pendingFor(tools, { person: principal, account, inviteId }) };
  }
  return refusal.reason === 'refused' ? refused({ password: WRONG_PASSWORD }) : refusal;
}

type Refusal = Exclude<BeginResult, { ok: true }>;
type Link = { readonly ok: true; readonly account: Account; readonly inviteId: string };

async function findLink(tools: Tools, token: string, attempt: Attempt): Promise<Link | Refusal> {
  const budgets = tools.budgets.forSource(attempt.source);
  const checked = await underBudget(tools, budgets, async (): Promise<Link | undefined> => {
    const invite = await findInvite(tools, token);
    if (invite?.kind !== 'enrol' || invite.principalId === null) return undefined;
    const account = await tools.store.getAccount(invite.principalId);
    const isUsable = account !== undefined && account.principal.disabledAtMs === null;
    return isUsable ? { ok: true, account, inviteId: invite.id } : undefined;
  });
  if (checked.kind === 'throttled') return throttled(checked.retryAfterSec);
  return checked.kind === 'right' ? checked.value : refused({ form: DEAD_LINK });
}

function refusalOf(
  { audit }: Tools,
  what: {
    readonly checked: CheckedUnderBudget<unknown>;
    readonly name: string;
    readonly attempt: Attempt;
  },
): Refusal | undefined {
  const { checked, name, attempt } = what;
  if (checked.kind === 'right') return undefined;
  const isThrottled = checked.kind === 'throttled';
  const outcome = isThrottled ? 'throttled' : 'refused';
  audit({ ...attempt, type: 'enrol', outcome, name });
  return isThrottled ? throttled(checked.retryAfterSec) : refused({ form: WRONG_PROOFS });
}

const refused = (problems: FieldProblems): Refusal => ({ ok: false, reason: 'refused', problems });

const throttled = (retryAfterSec: number): Refusal => ({
  ok: false,
  reason: 'throttled',
  retryAfterSec,
});

function pendingFor(
  tools: Tools,
  about: {
    readonly person: { readonly id: string; readonly name: string };
    readonly account: Account | undefined;
    readonly inviteId: string;
  },
): PendingEnrolment {
  const { person, account, inviteId } = about;
  const isPasswordAsked = tools.policy.factors.includes('password');
  const password = isPasswordAsked && account?.credentials.find(({ kind }) => kind === 'password');
  return startEnrolment(tools, {
    kind: 'replace',
    name: person.name,
    principalId: person.id,
    inviteId,
    ...(password && { passwordId: password.id }),
  });
}
