/** Which step of a credential counts as spent when an older store comes back. @module */
import type { KeySet } from '../core/key-set.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { Credential } from '../store/contract.ts';
import { openTotp } from './credentials.ts';
import { createEnvelope } from './envelope.ts';
import { stepAt } from './totp.ts';

/** The keys that must fit, and how far ahead of the clock a code was accepted. */
export interface RestoredStepDeps {
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  /** In steps. */
  readonly window: number;
}

/**
 * Builds the rule of a restore: a code that was accepted after the backup is not known there,
 * so every step until now counts as spent.
 *
 * @returns the step, or undefined when the credential does not open with these keys
 */
export function createRestoredStep(
  deps: RestoredStepDeps,
): (credential: Credential) => number | undefined {
  const envelope = createEnvelope({ keys: deps.storeKeys, random: deps.random });
  return (credential) => {
    const { kind, principalId, id: credentialId, sealed, lastStep } = credential;
    if (envelope.open({ kind, principalId, credentialId }, sealed) === undefined) return undefined;
    if (kind !== 'totp') return lastStep;
    const { periodSec } = openTotp(envelope, credential);
    return Math.max(lastStep, stepAt(deps.clock.nowMs(), periodSec) + deps.window);
  };
}
