/** The first code of a new app, after which somebody exists or an app is replaced. @module */
import { randomToken } from '../core/ports.ts';
import type { Principal } from '../store/contract.ts';
import { lookUpName, parseName } from './canonical-name.ts';
import type { Attempt, ConfirmResult, PendingEnrolment } from './contract.ts';
import { openTotp, passwordCredential } from './credentials.ts';
import type { Tools } from './deps.ts';
import { enrolledCredentials, firstStep, isOver, keyOf } from './enrolment.ts';
import { identityOf } from './identity-of.ts';
import { dropSetupLinks } from './invites.ts';
import { isMachineName } from './machine-names.ts';
import { underBudget } from './under-budget.ts';

type Newcomer = Extract<PendingEnrolment, { kind: 'new' }>;
type Owner = Extract<PendingEnrolment, { kind: 'replace' }>;

/** What the store said, in the words of {@link ConfirmResult}. */
type Outcome = Extract<
  ConfirmResult,
  { ok: true } | { reason: 'expired' | 'name-taken' | 'invite-spent' | 'confirmed-before' }
>;

/** Either everything is written in one transaction, or nothing is. */
export async function confirm(
  tools: Tools,
  pending: PendingEnrolment,
  proof: { readonly code: string; readonly attempt: Attempt },
): Promise<ConfirmResult> {
  const { code, attempt } = proof;
  if (isOver(pending, tools.clock.nowMs())) return { ok: false, reason: 'expired' };
  const checked = await underBudget(tools, tools.budgets.forSource(attempt.source), async () =>
    firstStep(tools, pending, code),
  );
  if (checked.kind === 'throttled') {
    report(tools, { pending, attempt, outcome: 'throttled' });
    return { ok: false, reason: 'throttled', retryAfterSec: checked.retryAfterSec };
  }
  if (checked.kind === 'wrong') {
    report(tools, { pending, attempt, outcome: 'wrong-code' });
    const next = { ...pending, wrongCodes: pending.wrongCodes + 1 };
    const isDead = isOver(next, tools.clock.nowMs());
    return isDead
      ? { ok: false, reason: 'expired' }
      : { ok: false, reason: 'wrong-code', pending: next };
  }
  const written = await (pending.kind === 'new'
    ? registerPerson(tools, pending, checked.value)
    : replaceApp(tools, pending, checked.value));
  const outcome = written.ok ? written : await inTheirWords(tools, pending, written);
  if (outcome.ok && isUninvited(pending)) {
    await tools.budgets.giveBackEarlier(tools.budgets.forSource(attempt.source));
  }
  report(tools, { pending, attempt, outcome: outcome.ok ? 'success' : outcome.reason });
  return outcome;
}

/** Signed up on open ground, where the first page was counted as an attempt. */
const isUninvited = (pending: PendingEnrolment) =>
  pending.kind === 'new' && pending.inviteId === null;

/**
 * The answer to the first try may have been lost, with the door or on the way. Whoever then
 * hears that somebody else was quicker removes the only app that lets them in.
 */
async function inTheirWords(
  { store, envelope }: Tools,
  pending: PendingEnrolment,
  refusal: Exclude<Outcome, { ok: true }>,
): Promise<Outcome> {
  if (refusal.reason === 'expired') return refusal;
  const account = await (pending.kind === 'new'
    ? store.findAccount('person', '', lookUpName(pending.name))
    : store.getAccount(pending.principalId));
  const apps = account?.credentials.filter(({ kind }) => kind === 'totp') ?? [];
  const isTheirs = apps.some((app) => openTotp(envelope, app).secret === pending.secret);
  return isTheirs ? { ok: false, reason: 'confirmed-before' } : refusal;
}

async function registerPerson(tools: Tools, pending: Newcomer, step: number): Promise<Outcome> {
  const { store, clock, envelope, random } = tools;
  const name = parseName(pending.name);
  if (name === undefined) return { ok: false, reason: 'expired' };
  // Sign-up may have been closed between the two pages.
  if (isUninvited(pending) && tools.policy.signup !== 'open') {
    return { ok: false, reason: 'invite-spent' };
  }
  // A service may have got the name between the two pages.
  if (await isMachineName(store, name)) return { ok: false, reason: 'name-taken' };
  const principal: Principal = {
    id: randomToken(random, 16),
    kind: 'person',
    realm: '',
    ...name,
    groups: pending.groups,
    createdAtMs: clock.nowMs(),
    disabledAtMs: null,
  };
  const maker = { envelope, random, principalId: principal.id };
  const app = enrolledCredentials(tools, maker, { key: keyOf(tools, pending), step });
  const hash = pending.passwordHash;
  const credentials = [
    ...(hash === null ? [] : [passwordCredential(maker, hash)]),
    ...app.credentials,
  ];
  const { inviteId } = pending;
  const registered = await store.register({ principal, credentials, inviteId }, clock.nowMs());
  if (registered !== 'created') return { ok: false, reason: registered };
  await dropSetupLinks(store);
  return {
    ok: true,
    identity: identityOf(principal),
    recoveryCodes: app.recoveryCodes,
    amr: hash === null ? ['otp'] : ['pwd', 'otp'],
    credentialIds: credentials.map(({ id }) => id),
  };
}

async function replaceApp(tools: Tools, pending: Owner, step: number): Promise<Outcome> {
  const { store, clock, envelope, random } = tools;
  const { inviteId, passwordId, principalId } = pending;
  const account = await store.getAccount(principalId);
  if (account === undefined || account.principal.disabledAtMs !== null) {
    return { ok: false, reason: 'expired' };
  }
  // Whoever had the old password must not outlive the new one.
  if (passwordId !== undefined && !account.credentials.some(({ id }) => id === passwordId)) {
    return { ok: false, reason: 'expired' };
  }
  const { principal } = account;
  const maker = { envelope, random, principalId: principal.id };
  const app = enrolledCredentials(tools, maker, { key: keyOf(tools, pending), step });
  const replaced = await store.replaceCredentials({
    principalId: principal.id,
    kinds: ['totp', 'recovery'],
    credentials: app.credentials,
    inviteId,
    nowMs: clock.nowMs(),
  });
  if (replaced === 'no-principal') return { ok: false, reason: 'expired' };
  if (replaced === 'invite-spent') return { ok: false, reason: 'invite-spent' };
  return {
    ok: true,
    identity: identityOf(principal),
    recoveryCodes: app.recoveryCodes,
    amr: tools.policy.factors.includes('password') ? ['pwd', 'otp'] : ['otp'],
    credentialIds: [
      ...app.credentials.map(({ id }) => id),
      ...(passwordId === undefined ? [] : [passwordId]),
    ],
  };
}

function report(
  { audit }: Tools,
  what: {
    readonly pending: PendingEnrolment;
    readonly attempt: Attempt;
    readonly outcome: 'success' | Exclude<ConfirmResult, { ok: true }>['reason'];
  },
): void {
  const { pending, attempt, outcome } = what;
  // The first time has been written down.
  if (outcome === 'confirmed-before') return;
  const { name } = pending;
  if (pending.kind === 'replace') {
    const isLate = outcome === 'name-taken' || outcome === 'invite-spent' || outcome === 'expired';
    audit({ ...attempt, type: 'enrol', outcome: isLate ? 'refused' : outcome, name });
    return;
  }
  if (outcome === 'expired') return;
  const isKnown = outcome === 'success' || outcome === 'name-taken';
  audit({ ...attempt, type: 'sign-up', outcome, ...(isKnown && { name }) });
}
