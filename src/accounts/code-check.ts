/** Whether a code is a person's, for programs that may ask. @module */
import type { Account, Bearer } from '../store/contract.ts';
import { checksCodes, defaultSubject, mayCheck } from './bearer-scopes.ts';
import { budgetName, lookUpName } from './canonical-name.ts';
import { clockFault } from './clock-fault.ts';
import type { Attempt } from './contract.ts';
import { openTotp } from './credentials.ts';
import { type AccountsDeps, createTools, type Tools } from './deps.ts';
import { matchCode, readCode } from './totp.ts';
import { type CheckedUnderBudget, underBudget } from './under-budget.ts';

/** A question about one code. */
export interface CodeQuestion {
  readonly bearer: Bearer;
  /** Whose code it should be; the bearer's own subject by default. */
  readonly user: string | undefined;
  readonly code: string;
}

/** `checked` tells a wrong code, an unknown person and a disabled one in the same way. */
export type CodeAnswer =
  | { readonly kind: 'checked'; readonly isValid: boolean }
  | { readonly kind: 'throttled'; readonly retryAfterSec: number }
  /** The bearer's scopes do not reach as far as this person. */
  | { readonly kind: 'forbidden' }
  /** Nobody was named, and the bearer is for no one person. */
  | { readonly kind: 'nobody-named' };

/** Answers questions about codes. */
export type CodeCheck = (question: CodeQuestion, attempt: Attempt) => Promise<CodeAnswer>;

/**
 * A code that was right is spent (ADR 11): whoever sees it on its way through a program
 * cannot sign in with it. Wrong ones are counted for the person and for the bearer.
 */
export function createCodeCheck(deps: AccountsDeps): CodeCheck {
  const tools = createTools(deps);
  return async ({ bearer, user, code }, attempt) => {
    const subject = user ?? defaultSubject(bearer);
    if (!checksCodes(bearer)) return { kind: 'forbidden' };
    if (subject === undefined) return { kind: 'nobody-named' };
    if (!mayCheck(bearer, subject, budgetName)) return { kind: 'forbidden' };
    const account = await tools.store.findAccount('person', '', lookUpName(subject));
    const budgets = tools.budgets.forVoucher(subject, bearer.id);
    const typed = readCode(code);
    const checked = await underBudget(tools, budgets, () => spend(tools, account, typed));
    return conclude(tools, { account, checked, typed, bearer, attempt });
  };
}

async function spend(tools: Tools, account: Account | undefined, code: string) {
  const credential = totpOf(account) ?? totpOf(tools.decoy);
  if (credential === undefined) return undefined;
  const at = { nowMs: tools.clock.nowMs(), window: tools.policy.totp.window };
  const step = matchCode(openTotp(tools.envelope, credential), code, at);
  const isOwn = credential.principalId === account?.principal.id;
  if (step === undefined || !isOwn || account.principal.disabledAtMs !== null) return undefined;
  return (await tools.store.spendStep(credential.id, step)) ? true : undefined;
}

const totpOf = (account: Account | undefined) =>
  account?.credentials.find(({ kind }) => kind === 'totp');

function conclude(
  tools: Tools,
  what: {
    readonly account: Account | undefined;
    readonly checked: CheckedUnderBudget<true>;
    readonly typed: string;
    readonly bearer: Bearer;
    readonly attempt: Attempt;
  },
): CodeAnswer {
  const { account, checked, typed, bearer, attempt } = what;
  const event = {
    ...attempt,
    type: 'code-check' as const,
    voucher: bearer.name,
    // Only a name that exists: people type passwords into the name field.
    ...(account && { name: account.principal.name }),
  };
  switch (checked.kind) {
    case 'throttled':
      tools.audit({ ...event, outcome: 'throttled' });
      return { kind: 'throttled', retryAfterSec: checked.retryAfterSec };
    case 'wrong': {
      const clock = clockOf(tools, account, typed);
      tools.audit({ ...event, outcome: 'refused', ...(clock !== undefined && { clock }) });
      return { kind: 'checked', isValid: false };
    }
    case 'right':
      tools.audit({ ...event, outcome: 'success' });
      return { kind: 'checked', isValid: true };
    default:
      return checked satisfies never;
  }
}

function clockOf(tools: Tools, account: Account | undefined, code: string): string | undefined {
  const credential = totpOf(account);
  if (credential === undefined) return undefined;
  const { clock, envelope, policy } = tools;
  const at = { nowMs: clock.nowMs(), window: policy.totp.window };
  return clockFault(openTotp(envelope, credential), code, at);
}
