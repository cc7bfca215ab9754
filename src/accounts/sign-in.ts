/** The front door's one question: is this person who they say. @module */
import type { Account } from '../store/contract.ts';
import { parseName } from './canonical-name.ts';
import type { Attempt, SignInProofs, SignInResult } from './contract.ts';
import type { Tools } from './deps.ts';
import { identityOf } from './identity-of.ts';
import { checkProofs, type Proven } from './proofs.ts';
import { underBudget } from './under-budget.ts';

// What no person can be called: the look-up for an impossible name costs one too.
const NOBODY = '!';

/**
 * Every wrong proof gives the same answer after the same work: unknown, disabled and
 * known names, wrong password, wrong code, spent code.
 */
export async function signIn(
  tools: Tools,
  proofs: SignInProofs,
  attempt: Attempt,
): Promise<SignInResult> {
  const canonicalName = parseName(proofs.name)?.canonicalName ?? NOBODY;
  const account = await tools.store.findAccount('person', '', canonicalName);
  const principalId = account?.principal.id ?? tools.decoy.principal.id;
  const browser = await proofs.recogniseBrowser(principalId);
  const budgets =
    browser === undefined
      ? tools.budgets.forStranger(proofs.name, attempt.source)
      : tools.budgets.forKnown(principalId, browser);
  const checked = await underBudget(tools, budgets, () => checkProofs(tools, account, proofs));
  return conclude(tools, { account, checked, attempt });
}

type Checked = Awaited<ReturnType<typeof underBudget<Proven>>>;

function conclude(
  tools: Tools,
  what: {
    readonly account: Account | undefined;
    readonly checked: Checked;
    readonly attempt: Attempt;
  },
): SignInResult {
  const { account, checked, attempt } = what;
  const origin = { source: attempt.source, requestId: attempt.requestId };
  // Only a name that exists: people type passwords into the name field.
  const name = account === undefined ? {} : { name: account.principal.name };
  if (checked.kind === 'throttled') {
    tools.audit({ ...origin, type: 'sign-in', outcome: 'throttled', ...name });
    return { ok: false, reason: 'throttled', retryAfterSec: checked.retryAfterSec };
  }
  if (checked.kind === 'wrong' || account === undefined) {
    tools.audit({ ...origin, type: 'sign-in', outcome: 'refused', ...name });
    return { ok: false, reason: 'refused' };
  }
  const { amr, credentialIds, usedRecoveryCode, recoveryCodesLeft } = checked.value;
  const identity = identityOf(account.principal);
  tools.audit({ ...origin, type: 'sign-in', outcome: 'success', name: identity.name, amr });
  if (usedRecoveryCode) {
    const left = recoveryCodesLeft;
    tools.audit({ ...origin, type: 'recovery-code-used', name: identity.name, left });
  }
  return { ok: true, identity, amr, credentialIds, recoveryCodesLeft };
}
