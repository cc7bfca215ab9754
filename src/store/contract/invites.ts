/** Invites: links that are worth something once. @module */

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

/** Open invites; a spent one is gone. */
export interface InviteRows {
  addInvite(invite: Invite): Promise<void>;
  /** Undefined when unknown, spent or expired. */
  findInvite(tokenHash: string, nowMs: number): Promise<Invite | undefined>;
  /** Forgets every open invite of this kind, e.g. older set-up links. */
  dropInvites(kind: InviteKind): Promise<void>;
}
