/** Credentials: what principals prove themselves with, sealed (ADR 10, 11). @module */

/** What a principal proves itself with. */
export type CredentialKind = 'password' | 'totp' | 'recovery';

/** A sealed envelope (ADR 10): the store never sees what is inside. */
export interface Credential {
  readonly id: string;
  readonly principalId: string;
  readonly kind: CredentialKind;
  readonly label: string;
  readonly sealed: string;
  /** The highest time step spent; -1 before the first. A recovery code spends step 0. */
  readonly lastStep: number;
  readonly createdAtMs: number;
}

/** A credential about to be written; `principalId` is the operation's. */
export type NewCredential = Omit<Credential, 'principalId' | 'createdAtMs'>;

/** The same secret in the same row, under another key. */
export interface Resealing {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** A change of how an existing principal proves itself. */
export interface CredentialReplacement {
  readonly principalId: string;
  /** Every credential of these kinds goes, `credentials` come. */
  readonly kinds: readonly CredentialKind[];
  readonly credentials: readonly NewCredential[];
  readonly inviteId: string | null;
  readonly nowMs: number;
}

/** Credentials, and what has been spent of them. */
export interface CredentialRows {
  /**
   * Ends the principal's sessions: what they were opened with is gone. Where `kinds` has
   * `totp`, every open invite for this principal goes too, not only the one that is spent.
   */
  replaceCredentials(
    change: CredentialReplacement,
  ): Promise<'replaced' | 'no-principal' | 'invite-spent'>;
  /**
   * Spends a time step: true for exactly one caller, and never again for this
   * step or an earlier one (RFC 6238 §5.2, ADR 11).
   */
  spendStep(credentialId: string, step: number): Promise<boolean>;
  /** Credentials and running flows that only this root key opens. */
  countSealed(keyId: string, nowMs: number): Promise<number>;
  /** By id, from the one after `afterId`: whoever walks through all holds nobody up. */
  listCredentials(afterId: string, atMost: number): Promise<readonly Credential[]>;
  /**
   * Puts sealed texts in place of those that were read; a row that has changed since, or is
   * gone, stays as it is. Returns how many were replaced.
   */
  reseal(changes: readonly Resealing[]): Promise<number>;
}
