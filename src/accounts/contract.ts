/** The rules about principals, as pages and commands use them. @module */
import type { Identity } from '../core/identity.ts';
import type { Secret } from '../core/secret.ts';
import type { Invite, Principal } from '../store/contract.ts';

/** Who is asking, for budgets and audit. */
export interface Attempt {
  readonly source: string;
  readonly requestId: string;
}

/** What somebody shows to prove who they are, as typed. */
export interface Proofs {
  readonly password: string | undefined;
  /** A TOTP code or a recovery code. */
  readonly code: string;
}

/** A sign-in form, as typed. */
export interface SignInProofs extends Proofs {
  readonly name: string;
  /** Finds the budget of a browser that has signed in to the account before. */
  readonly recogniseBrowser: (principalId: string) => Promise<string | undefined>;
}

/** One `refused` for every wrong proof; nothing says which part was wrong. */
export type SignInResult =
  | {
      readonly ok: true;
      readonly identity: Identity;
      readonly amr: readonly string[];
      /** What was shown; while it still stands, a session may be made of it. */
      readonly credentialIds: readonly string[];
      readonly recoveryCodesLeft: number;
    }
  | { readonly ok: false; readonly reason: 'refused' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** Who a new app is for: somebody who is about to exist, or somebody who does. */
export type Enrollee =
  | {
      readonly kind: 'new';
      readonly name: string;
      readonly groups: readonly string[];
      /** Null on open ground. */
      readonly inviteId: string | null;
      /** PHC string of the password, null where none is asked. */
      readonly passwordHash: string | null;
    }
  | {
      readonly kind: 'replace';
      readonly name: string;
      readonly principalId: string;
      readonly inviteId: string;
      /** The password that was shown; a new one in between ends this. */
      readonly passwordId?: string;
    };

/** An app waiting for its first code; kept sealed on the server between two pages. */
export type PendingEnrolment = Enrollee & {
  /** base32, the server's own choice; `otpauth://` URI made from it. */
  readonly secret: string;
  readonly uri: string;
  readonly expiresAtMs: number;
  /** Wrong codes so far; dies at the tenth. */
  readonly wrongCodes: number;
};

/** Problems with a form field, in words for the person. */
export type FieldProblems = Partial<Record<'username' | 'password' | 'code' | 'form', string>>;

/** An app to show, or what is wrong with the form, or when to come back. */
export type BeginResult =
  | { readonly ok: true; readonly pending: PendingEnrolment }
  | { readonly ok: false; readonly reason: 'refused'; readonly problems: FieldProblems }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** What the first code of an app led to. */
export type ConfirmResult =
  | {
      readonly ok: true;
      readonly identity: Identity;
      readonly recoveryCodes: readonly string[];
      readonly amr: readonly string[];
      readonly credentialIds: readonly string[];
    }
  /** The same pending secret lives on; keep `pending`. */
  | { readonly ok: false; readonly reason: 'wrong-code'; readonly pending: PendingEnrolment }
  | { readonly ok: false; readonly reason: 'expired' | 'name-taken' | 'invite-spent' }
  /** By the same pending enrolment, whose answer was lost: its app is the person's. */
  | { readonly ok: false; readonly reason: 'confirmed-before' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** Whether somebody may sign up, and on what ground. */
export type SignUpGround =
  | { readonly kind: 'open' }
  | { readonly kind: 'invite'; readonly invite: Invite }
  | { readonly kind: 'refused'; readonly reason: 'closed' | 'invite-needed' | 'invite-unknown' };

/** What the pages do with people. */
export interface Accounts {
  /** One budget and one answer for every wrong proof; spends the code when all is right. */
  signIn(proofs: SignInProofs, attempt: Attempt): Promise<SignInResult>;

  groundFor(inviteToken: string | undefined): Promise<SignUpGround>;
  beginSignUp(
    form: {
      readonly name: string;
      readonly password: string | undefined;
      readonly inviteToken: string | undefined;
    },
    attempt: Attempt,
  ): Promise<BeginResult>;
  /** Re-enrolment by a signed-in person: password (where asked) and a current code. */
  beginReplacement(identity: Identity, proofs: Proofs, attempt: Attempt): Promise<BeginResult>;
  /** Re-enrolment by the link that `sallyport user reset-totp` prints; the password is asked where the factors have one. */
  beginByLink(
    form: { readonly token: string; readonly password: string | undefined },
    attempt: Attempt,
  ): Promise<BeginResult>;
  /** Nobody exists, and no app is replaced, before this returns `ok`. Ends other sessions on `replace`. */
  confirm(pending: PendingEnrolment, code: string, attempt: Attempt): Promise<ConfirmResult>;

  /** Ends every session of the person. */
  signOutEverywhere(identity: Identity, attempt: Attempt): Promise<number>;
}

/** What the operator's commands do; every change is audited with source `cli`. */
export interface Administration {
  createInvite(options: {
    readonly kind: 'setup' | 'invite';
    readonly groups: readonly string[];
    readonly lifetimeMs: number;
  }): Promise<Secret>;
  /** Makes a person with a given or a new secret, without the browser. */
  addUser(user: {
    readonly name: string;
    readonly password: Secret | undefined;
    readonly totpSecret: Secret | undefined;
    readonly groups: readonly string[];
  }): Promise<
    | {
        readonly ok: true;
        readonly principal: Principal;
        readonly uri: Secret;
        readonly recoveryCodes: readonly Secret[];
      }
    | { readonly ok: false; readonly problems: FieldProblems }
  >;
  findUser(name: string): Promise<Principal | undefined>;
  listUsers(): Promise<readonly Principal[]>;
  setDisabled(name: string, disabled: boolean): Promise<boolean>;
  removeUser(name: string): Promise<boolean>;
  setGroups(name: string, groups: readonly string[]): Promise<boolean>;
  /** The old secret and sessions die at once; the link enrols a new app. */
  resetTotp(name: string, lifetimeMs: number): Promise<{ readonly enrolToken: Secret } | undefined>;
  setPassword(
    name: string,
    password: Secret,
  ): Promise<
    { readonly ok: true } | { readonly ok: false; readonly problems: FieldProblems } | undefined
  >;
}
