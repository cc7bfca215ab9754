/** What is inside each kind of credential, going into the envelope and out of it. @module */
import type { TotpConfig } from '../config/config.ts';
import { DoorError } from '../core/errors.ts';
import { type Random, randomToken } from '../core/ports.ts';
import type { Account, Credential, CredentialKind, NewCredential } from '../store/contract.ts';
import type { Envelope } from './envelope.ts';
import { createRecoveryCodes, hashRecoveryCode, parseRecoveryCode } from './recovery-codes.ts';
import { createTotpSecret, type TotpKey } from './totp.ts';

/** What a credential is sealed with, and for whom. */
export interface CredentialMaker {
  readonly envelope: Envelope;
  readonly random: Random;
  readonly principalId: string;
}

/** @param phc  argon2id hash in PHC form */
export function passwordCredential(maker: CredentialMaker, phc: string): NewCredential {
  return seal(maker, 'password', { phc });
}

/**
 * Keeps digits, period and algorithm beside the secret: an app that was set up under
 * an earlier policy goes on working under the next.
 *
 * @param lastStep  the step already spent; -1 for none
 */
export function totpCredential(
  maker: CredentialMaker,
  key: TotpKey,
  lastStep: number,
): NewCredential {
  const { secret, algorithm, digits, periodSec } = key;
  return { ...seal(maker, 'totp', { secret, algorithm, digits, periodSec }), lastStep };
}

/** One row for each code, so that each is spent like a time step. */
export function recoveryCredentials(
  maker: CredentialMaker,
  codes: readonly string[],
): readonly NewCredential[] {
  return codes.map((code) =>
    seal(maker, 'recovery', { sha256: hashRecoveryCode(parseRecoveryCode(code) ?? '') }),
  );
}

/** @throws DoorError E_INTERNAL if the credential does not open */
export const openPassword = (envelope: Envelope, credential: Credential) =>
  open<{ readonly phc: string }>(envelope, credential).phc;

/** @throws DoorError E_INTERNAL if the credential does not open */
export const openTotp = (envelope: Envelope, credential: Credential) =>
  open<TotpKey>(envelope, credential);

/** @throws DoorError E_INTERNAL if the credential does not open */
export const openRecovery = (envelope: Envelope, credential: Credential) =>
  open<{ readonly sha256: string }>(envelope, credential).sha256;

/** An account that nobody has: real envelopes around secrets that nobody knows. */
export function createDecoy(deps: {
  readonly envelope: Envelope;
  readonly random: Random;
  readonly totp: TotpConfig;
  readonly passwordHash: string;
}): Account {
  const { envelope, random, totp, passwordHash } = deps;
  const principalId = randomToken(random, 16);
  const maker = { envelope, random, principalId };
  const key = { ...totp, secret: createTotpSecret(totp.algorithm, random) };
  const credentials = [
    passwordCredential(maker, passwordHash),
    totpCredential(maker, key, -1),
    ...recoveryCredentials(maker, createRecoveryCodes(random)),
  ];
  return {
    principal: {
      id: principalId,
      kind: 'person',
      realm: '',
      name: '',
      canonicalName: '',
      groups: [],
      createdAtMs: 0,
      disabledAtMs: 0,
    },
    credentials: credentials.map((c) => ({ ...c, principalId, createdAtMs: 0 })),
  };
}

function seal(maker: CredentialMaker, kind: CredentialKind, content: object): NewCredential {
  const { envelope, random, principalId } = maker;
  const id = randomToken(random, 16);
  const sealed = envelope.seal({ kind, principalId, credentialId: id }, JSON.stringify(content));
  return { id, kind, label: '', sealed, lastStep: -1 };
}

function open<T>(envelope: Envelope, credential: Credential): T {
  const { kind, principalId, id: credentialId } = credential;
  const plain = envelope.open({ kind, principalId, credentialId }, credential.sealed);
  if (plain === undefined) {
    const row = `${kind} credential ${credentialId} of principal ${principalId}`;
    throw new DoorError('E_INTERNAL', `${row} does not open: damaged, moved, or its key is gone`);
  }
  // Authenticated by the envelope: only we can have written it.
  return JSON.parse(plain) as T;
}
