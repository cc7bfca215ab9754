/** What every store can do; one suite in `test/store` holds each of them to it. @module */

/** People sign in with a browser; services speak the machine API. */
export type PrincipalKind = 'person' | 'service';

/** Somebody who may be let in; the id is never given again, also when the name is. */
export interface Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  /** '' for people. */
  readonly realm: string;
  /** As registered. */
  readonly name: string;
  /** The unique spelling within (kind, realm): NFKC, trimmed, lower case for people. */
  readonly canonicalName: string;
  readonly groups: readonly string[];
  readonly createdAtMs: number;
  readonly disabledAtMs: number | null;
}

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

/** `setup` makes the first administrator, `enrol` gives an existing person a new app. */
export type InviteKind = 'setup' | 'invite' | 'enrol';

/** A link that is worth something once. */
export interface Invite {
  readonly id: string;
  readonly kind: InviteKind;
  /** SHA-256 of the token, base64url; the token itself is never stored. */
  readonly tokenHash: string;
  /** Given to whoever uses the invite. */
  readonly groups: readonly string[];
  /** Whose app is replaced; null unless `kind` is `enrol`. */
  readonly principalId: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** What a program shows instead of a person or a code. */
export interface Bearer {
  readonly id: string;
  /** Unique among those that have not expired. */
  readonly name: string;
  /** SHA-256 of the token, base64url; the token itself is never stored. */
  readonly tokenHash: string;
  /** What it is good for, e.g. `check:ada`; the words are `accounts/bearer-scopes.ts`'s. */
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** To the minute; null before the first use. */
  readonly lastUsedAtMs: number | null;
}

/** A session as the store knows it; its seal is the browser's (ADR 7). */
export interface SessionRow {
  readonly sid: string;
  readonly principalId: string;
  /** RFC 8176 method references, e.g. `['pwd', 'otp']`. */
  readonly amr: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** What somebody was let in by; a session is made only while all of it still stands. */
export interface SessionGround {
  readonly groups: readonly string[];
  /** Credentials that were shown. */
  readonly credentialIds: readonly string[];
}

/** One entry of the feed that every process polls; ids only grow, in one history of the database. */
export interface Revocation {
  readonly id: number;
  readonly sid: string;
  /** Where a database can be put back: tells apart what two histories wrote under one id (ADR 26). */
  readonly nonce: string;
  /** After this the seal is dead by itself, and the entry may be forgotten. */
  readonly expiresAtMs: number;
}

/** What one budget of attempts remembers; the rule is `accounts/throttle.ts`'s. */
export interface ThrottleState {
  readonly failures: number;
  readonly lastFailureMs: number;
  /** Start of the running 24 hours and the attempts in it. */
  readonly dayStartMs: number;
  readonly dayAttempts: number;
}

/** What a throttle rule answers: the new states by key (null forgets), and its verdict. */
export interface ThrottleUpdate<T> {
  readonly next: ReadonlyMap<string, ThrottleState | null>;
  readonly verdict: T;
}

/** A principal with its credentials, oldest first. */
export interface Account {
  readonly principal: Principal;
  readonly credentials: readonly Credential[];
}

/** A principal that comes into being with all it needs, or not at all. */
export interface Registration {
  readonly principal: Principal;
  readonly credentials: readonly NewCredential[];
  /** Spent in the same transaction. */
  readonly inviteId: string | null;
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

/**
 * All state of an installation. Each method is one transaction: it happened or
 * it did not, also when the process is killed. A store that cannot answer throws
 * `DoorError('E_STORE_DOWN')`; every other outcome is a value.
 */
export interface Store {
  /** Throws when the store cannot be written to, which it tries by writing. */
  ping(): Promise<void>;
  close(): Promise<void>;
  /** Deletes what has expired; safe to call from every process. */
  purge(nowMs: number): Promise<void>;

  hasPerson(): Promise<boolean>;
  /**
   * Who has a name, without all that {@link Store.findAccount} reads: a name that nobody
   * has is looked up in the same time.
   */
  findPrincipal(
    kind: PrincipalKind,
    realm: string,
    canonicalName: string,
  ): Promise<Pick<Principal, 'id' | 'name'> | undefined>;
  findAccount(
    kind: PrincipalKind,
    realm: string,
    canonicalName: string,
  ): Promise<Account | undefined>;
  getAccount(principalId: string): Promise<Account | undefined>;
  /** By canonical name. */
  listPrincipals(kind: PrincipalKind): Promise<readonly Principal[]>;
  register(
    registration: Registration,
    nowMs: number,
  ): Promise<'created' | 'name-taken' | 'invite-spent'>;
  /** Ends the principal's sessions when it disables. False: no such principal. */
  setDisabled(principalId: string, disabledAtMs: number | null): Promise<boolean>;
  /** Ends the principal's sessions, whose seals carry the old groups. */
  setGroups(principalId: string, groups: readonly string[]): Promise<boolean>;
  /** Ends the principal's sessions, whose seals carry the old name. */
  rename(
    principalId: string,
    to: Pick<Principal, 'realm' | 'name' | 'canonicalName'>,
  ): Promise<'renamed' | 'name-taken' | 'no-principal'>;
  /** Ends the principal's sessions, then deletes it with all it has. */
  removePrincipal(principalId: string): Promise<boolean>;

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

  /** What the installation has noted about itself under a name. */
  readMark(name: string): Promise<string | undefined>;
  /** True when the mark was `from`, and is `to` now; undefined is none. */
  setMark(name: string, from: string | undefined, to: string): Promise<boolean>;
  /** The database's own time, where it has a clock of its own; undefined otherwise. */
  timeMs(): Promise<number | undefined>;

  addInvite(invite: Invite): Promise<void>;
  /** Undefined when unknown, spent or expired. */
  findInvite(tokenHash: string, nowMs: number): Promise<Invite | undefined>;
  /** Forgets every open invite of this kind, e.g. older set-up links. */
  dropInvites(kind: InviteKind): Promise<void>;

  /** Replaces an expired one of this name. */
  addBearer(bearer: Bearer): Promise<'created' | 'name-taken'>;
  /** Undefined when unknown, revoked or expired. */
  findBearer(tokenHash: string, nowMs: number): Promise<Bearer | undefined>;
  /** By name; expired ones until they are purged. */
  listBearers(): Promise<readonly Bearer[]>;
  noteBearerUse(id: string, usedAtMs: number): Promise<void>;
  /** Forgets it and appends its id to the feed. False: no such bearer. */
  removeBearer(name: string): Promise<boolean>;

  /**
   * False when the principal is gone or disabled, or when `ground` no longer stands: no
   * session was made. Proofs take time, and a change meanwhile ends only sessions that exist.
   */
  createSession(session: SessionRow, ground?: SessionGround): Promise<boolean>;
  listSessions(principalId: string, nowMs: number): Promise<readonly SessionRow[]>;
  /** How many sessions have not ended; nobody counts further than `atMost`. */
  countSessions(nowMs: number, atMost: number): Promise<number>;
  /** Ends one session and appends to the feed; ending it twice is harmless. */
  endSession(sid: string): Promise<void>;
  /** Ends all sessions of a principal; returns how many. */
  endSessions(principalId: string): Promise<number>;
  /**
   * What was written after `last`, or all there is, oldest first, as many entries as one answer
   * holds: whoever wants all of them asks until there are none. Never waits for a writer.
   *
   * @param last  the newest entry that the caller has been given
   * @returns `unknown-entry` when the feed does not hold `last`: it may have another history
   *   now, and whatever the caller has not read in it may have any id
   */
  readRevocations(last?: Revocation): Promise<readonly Revocation[] | 'unknown-entry'>;

  /** State of a half-finished form flow, sealed by the caller. */
  getFlow(id: string, nowMs: number): Promise<string | undefined>;
  putFlow(id: string, sealed: string, expiresAtMs: number): Promise<void>;
  dropFlow(id: string): Promise<void>;

  /**
   * Reads the states of `keys`, applies `rule` and writes its result as one
   * atomic step: two attempts at once are counted as two. `rule` is pure: a busy
   * database may ask it again.
   */
  updateThrottle<T>(
    keys: readonly string[],
    rule: (states: ReadonlyMap<string, ThrottleState>) => ThrottleUpdate<T>,
  ): Promise<T>;
}
