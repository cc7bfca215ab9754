/** Whether a password and a code are an account's. @module */
import type { Account, Credential, CredentialKind } from '../store/contract.ts';
import type { Proofs } from './contract.ts';
import { openPassword, openRecovery, openTotp } from './credentials.ts';
import type { Tools } from './deps.ts';
import { hashRecoveryCode, parseRecoveryCode, RECOVERY_CODE_COUNT } from './recovery-codes.ts';
import { isSameHash } from './token-hash.ts';
import { matchCode, readCode } from './totp.ts';

/** Proofs that were right; the code has been spent. */
export interface Proven {
  /** RFC 8176 names: `pwd`, `otp`; `rec` for a recovery code. */
  readonly amr: readonly string[];
  readonly credentialIds: readonly string[];
  readonly usedRecoveryCode: boolean;
  readonly recoveryCodesLeft: number;
}

interface CodeMatch {
  readonly credentialId: string;
  readonly step: number;
  readonly method: 'otp' | 'rec';
}

/**
 * Checks both factors always, whatever the first one says, and the decoy's where the
 * account or a credential is missing: neither the answer nor its time tells which
 * part was wrong. The code is spent last, and only when everything else is right.
 *
 * @returns undefined when anything is wrong
 * @throws DoorError E_BUSY before anything was checked, when too many are waiting
 */
export async function checkProofs(
  tools: Tools,
  account: Account | undefined,
  proofs: Proofs,
): Promise<Proven | undefined> {
  const isPasswordRight = await checkPassword(tools, account, proofs.password);
  const match = findCode(tools, account, proofs.code);
  const isEnabled = account !== undefined && account.principal.disabledAtMs === null;
  if (!isEnabled || !isPasswordRight || match === undefined) return undefined;
  if (!(await tools.store.spendStep(match.credentialId, match.step))) return undefined;
  const usedRecoveryCode = match.method === 'rec';
  const passwords = tools.policy.factors.includes('password')
    ? credentialsOf(tools, account, 'password').map(({ id }) => id)
    : [];
  return {
    amr: passwords.length > 0 ? ['pwd', match.method] : [match.method],
    credentialIds: [...passwords, match.credentialId],
    usedRecoveryCode,
    recoveryCodesLeft: unspentCodes(account) - (usedRecoveryCode ? 1 : 0),
  };
}

/**
 * Compares the password alone, where the factors have one.
 *
 * @returns true where none is asked
 */
export async function checkPassword(
  tools: Tools,
  account: Account | undefined,
  password: string | undefined,
): Promise<boolean> {
  if (!tools.policy.factors.includes('password')) return true;
  const [credential] = credentialsOf(tools, account, 'password');
  if (credential === undefined) return false;
  const phc = openPassword(tools.envelope, credential);
  const isMatch = await tools.passwords.verify(password ?? '', phc);
  return isMatch && credential.principalId === account?.principal.id;
}

function findCode(
  tools: Tools,
  account: Account | undefined,
  typed: string,
): CodeMatch | undefined {
  const letters = parseRecoveryCode(typed);
  if (letters === undefined) return findTotp(tools, account, typed);
  return findRecovery(tools, account, letters);
}

function findTotp(
  tools: Tools,
  account: Account | undefined,
  typed: string,
): CodeMatch | undefined {
  const [credential] = credentialsOf(tools, account, 'totp');
  if (credential === undefined) return undefined;
  const { clock, envelope, policy } = tools;
  const at = { nowMs: clock.nowMs(), window: policy.totp.window };
  const step = matchCode(openTotp(envelope, credential), readCode(typed), at);
  return step === undefined ? undefined : { credentialId: credential.id, step, method: 'otp' };
}

function findRecovery(
  tools: Tools,
  account: Account | undefined,
  letters: string,
): CodeMatch | undefined {
  const hash = hashRecoveryCode(letters);
  const matches = credentialsOf(tools, account, 'recovery').filter((credential) =>
    isSameHash(openRecovery(tools.envelope, credential), hash),
  );
  const [credential] = matches;
  return credential && { credentialId: credential.id, step: 0, method: 'rec' };
}

/** As many as a complete account has: its own first, then the decoy's. */
function credentialsOf(
  tools: Tools,
  account: Account | undefined,
  kind: CredentialKind,
): readonly Credential[] {
  const ofKind = (from: Account | undefined) =>
    from?.credentials.filter((credential) => credential.kind === kind) ?? [];
  const count = kind === 'recovery' ? RECOVERY_CODE_COUNT : 1;
  return [...ofKind(account), ...ofKind(tools.decoy)].slice(0, count);
}

function unspentCodes(account: Account): number {
  return account.credentials.filter((c) => c.kind === 'recovery' && c.lastStep < 0).length;
}
