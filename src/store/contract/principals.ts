/** Principals: who exists, under which name, in which groups. @module */
import type { NewCredential } from './credentials.ts';

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

/** A principal that comes into being with all it needs, or not at all. */
export interface Registration {
  readonly principal: Principal;
  readonly credentials: readonly NewCredential[];
  /** Spent in the same transaction. */
  readonly inviteId: string | null;
}

/** Principals, and what happens to them. */
export interface PrincipalRows {
  hasPerson(): Promise<boolean>;
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
}
