/** Whether a code is a service's. @module */
import type { Account, Credential } from '../store/contract.ts';
import { clockFault } from './clock-fault.ts';
import { openTotp } from './credentials.ts';
import type {
  ServiceAttempt,
  ServiceProof,
  VerifyPolicy,
  VerifyResult,
} from './services-contract.ts';
import type { ServiceTools } from './services-deps.ts';
import { fullNameOf, isServiceText, serviceOf } from './services-names.ts';
import type { Weighed } from './services-throttle.ts';
import { matchCode, readCode } from './totp.ts';

/**
 * Every wrong proof costs the same work and gives the same answer: unknown and disabled
 * services are looked at through the decoy.
 */
export async function verifyProof(
  tools: ServiceTools,
  proof: ServiceProof,
  how: { readonly attempt: ServiceAttempt; readonly policy: VerifyPolicy },
): Promise<VerifyResult> {
  const { attempt, policy } = how;
  const account = await findAccount(tools, proof);
  const credential = totpOfEnabled(account) ?? tools.decoy;
  const key = openTotp(tools.envelope, credential);
  const code = readCode(proof.code);
  const at = { nowMs: tools.clock.nowMs(), window: policy.window ?? tools.window };
  const step = matchCode(key, code, at);
  const isMatch = step !== undefined && credential.principalId === account?.principal.id;
  // A spent code must count as wrong before it is weighed: a right one forgives failures.
  const isRight = isMatch && (policy.reuse === 'allow' || step > credential.lastStep);
  let weighed = await tools.weigh(proof, attempt, isRight);
  if (weighed.kind === 'right' && policy.reuse === 'once') {
    const isSpent = !(await tools.store.spendStep(credential.id, step ?? -1));
    if (isSpent) weighed = { kind: 'wrong' };
  }
  // Only for what was counted: a flood of throttled guesses costs no search.
  const clock = isMatch || weighed.kind !== 'wrong' ? undefined : clockFault(key, code, at);
  return conclude(tools, { account, weighed, attempt, clock });
}

async function findAccount(tools: ServiceTools, proof: ServiceProof): Promise<Account | undefined> {
  const { name, realm } = proof;
  // Half a character would find the name that the database makes of it.
  if (![name, realm].every((text) => isServiceText(text, tools.maxLength))) return undefined;
  return tools.store.findAccount('service', realm, name);
}

function totpOfEnabled(account: Account | undefined): Credential | undefined {
  if (account?.principal.disabledAtMs !== null) return undefined;
  return account.credentials.find(({ kind }) => kind === 'totp');
}

function conclude(
  tools: ServiceTools,
  what: {
    readonly account: Account | undefined;
    readonly weighed: Weighed;
    readonly attempt: ServiceAttempt;
    readonly clock: string | undefined;
  },
): VerifyResult {
  const { account, weighed, attempt, clock } = what;
  const { source, requestId, voucher } = attempt;
  const service = account && serviceOf(account.principal);
  const event = {
    source,
    requestId,
    type: 'service-verify' as const,
    ...(service && { name: fullNameOf(service) }),
    ...(voucher && { voucher: fullNameOf(voucher) }),
  };
  if (weighed.kind === 'throttled') {
    tools.audit({ ...event, outcome: 'throttled' });
    return { ok: false, reason: 'throttled', retryAfterSec: weighed.retryAfterSec };
  }
  if (weighed.kind === 'wrong' || service === undefined) {
    // Of a service that exists: a stranger's code fits the decoy's clock by chance only.
    tools.audit({ ...event, outcome: 'refused', ...(service && clock && { clock }) });
    return { ok: false, reason: 'refused' };
  }
  tools.audit({ ...event, outcome: 'success' });
  const { id, groups } = service;
  return { ok: true, identity: { id, name: fullNameOf(service), groups }, service };
}
