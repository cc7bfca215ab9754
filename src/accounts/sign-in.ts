/** The front door's one question: is this person who they say. @module */
import type { Identity } from '../core/identity.ts';
import { lookUpName } from './canonical-name.ts';
import type { Attempt, SignInProofs, SignInResult } from './contract.ts';
import type { Tools } from './deps.ts';
import { identityOf } from './identity-of.ts';
import { checkProofs, type Proven } from './proofs.ts';
import { type CheckedUnderBudget, underBudget } from './under-budget.ts';

/**
 * Every wrong proof gives the same answer after the same work: unknown, disabled and
 * known names, wrong password, wrong code, spent code.
 */
export async function signIn(
  tools: Tools,
  proofs: SignInProofs,
  attempt: Attempt,
): Promise<SignInResult> {
  const person = await tools.store.findPrincipal('person', '', lookUpName(proofs.name));
  const principalId = person?.id ?? tools.decoy.principal.id;
  const browser = await proofs.recogniseBrowser(principalId);
  const budgets =
    browser === undefined
      ? tools.budgets.forStranger(proofs.name, attempt.source)
      : tools.budgets.forKnown(principalId, browser);
  const checked = await underBudget(tools, budgets, async () => {
    // Only now: a dozen credentials take their time to read, and asking without a
    // budget, as often as one likes, would show whether there are any.
    const account = await tools.store.getAccount(principalId);
    const proven = await checkProofs(tools, account, proofs);
    return proven && account && { ...proven, identity: identityOf(account.principal) };
  });
  return conclude(tools, { name: person?.name, checked, attempt });
}

type Checked = CheckedUnderBudget<Proven & { readonly identity: Identity }>;

function conclude(
  tools: Tools,
  what: {
    /** Of a person who exists: people type passwords into the name field. */
    readonly name: string | undefined;
    readonly checked: Checked;
    readonly attempt: Attempt;
  },
): SignInResult {
  const { checked, attempt } = what;
  const name = what.name === undefined ? {} : { name: what.name };
  if (checked.kind === 'throttled') {
    tools.audit({ ...attempt, type: 'sign-in', outcome: 'throttled', ...name });
    return { ok: false, reason: 'throttled', retryAfterSec: checked.retryAfterSec };
  }
  if (checked.kind === 'wrong') {
    tools.audit({ ...attempt, type: 'sign-in', outcome: 'refused', ...name });
    return { ok: false, reason: 'refused' };
  }
  const { identity, amr, credentialIds, usedRecoveryCode, recoveryCodesLeft } = checked.value;
  tools.audit({ ...attempt, type: 'sign-in', outcome: 'success', name: identity.name, amr });
  if (usedRecoveryCode) {
    const left = recoveryCodesLeft;
    tools.audit({ ...attempt, type: 'recovery-code-used', name: identity.name, left });
  }
  return { ok: true, identity, amr, credentialIds, recoveryCodesLeft };
}
