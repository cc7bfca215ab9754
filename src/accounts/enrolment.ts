/** An app between its QR code and its first code, for new and for known people. @module */
import type { NewCredential } from '../store/contract.ts';
import type { Enrollee, PendingEnrolment } from './contract.ts';
import { type CredentialMaker, recoveryCredentials, totpCredential } from './credentials.ts';
import type { Tools } from './deps.ts';
import { createRecoveryCodes } from './recovery-codes.ts';
import { createTotpSecret, matchCode, readCode, type TotpKey, totpUri } from './totp.ts';

/** How long an app waits for its first code, in milliseconds. */
export const PENDING_LIFETIME_MS = 10 * 60_000;
const MAX_WRONG_CODES = 10;

/** Draws a secret that nobody relies on before its first code has come back. */
export function startEnrolment(tools: Tools, enrollee: Enrollee): PendingEnrolment {
  const { clock, policy, random } = tools;
  const secret = createTotpSecret(policy.totp.algorithm, random);
  const label = { issuer: policy.totp.issuer, name: enrollee.name };
  return {
    ...enrollee,
    secret,
    uri: totpUri({ ...policy.totp, secret }, label),
    expiresAtMs: clock.nowMs() + PENDING_LIFETIME_MS,
    wrongCodes: 0,
  };
}

/** Whether its ten minutes or its ten wrong codes are used up. */
export function isOver(pending: PendingEnrolment, nowMs: number): boolean {
  return nowMs >= pending.expiresAtMs || pending.wrongCodes >= MAX_WRONG_CODES;
}

/** @returns the step of the pending app's code, or undefined for a wrong one */
export function firstStep(
  tools: Tools,
  pending: PendingEnrolment,
  typed: string,
): number | undefined {
  const { clock, policy } = tools;
  return matchCode(keyOf(tools, pending), readCode(typed), {
    nowMs: clock.nowMs(),
    window: policy.totp.window,
  });
}

/**
 * The confirmed app and ten recovery codes, ready for the store. The step that
 * confirmed it is spent already: its code must not sign anybody in once more.
 */
export function enrolledCredentials(
  tools: Tools,
  maker: CredentialMaker,
  confirmed: { readonly key: TotpKey; readonly step: number },
): { readonly credentials: readonly NewCredential[]; readonly recoveryCodes: readonly string[] } {
  const recoveryCodes = createRecoveryCodes(tools.random);
  const credentials = [
    totpCredential(maker, confirmed.key, confirmed.step),
    ...recoveryCredentials(maker, recoveryCodes),
  ];
  return { credentials, recoveryCodes };
}

/** The pending app's secret with the settings it was shown with. */
export const keyOf = (tools: Tools, pending: PendingEnrolment): TotpKey => ({
  ...tools.policy.totp,
  secret: pending.secret,
});
