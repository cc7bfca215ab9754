/** Accounts: a principal with all it proves itself with. @module */
import type { Credential } from './credentials.ts';
import type { Principal, PrincipalKind } from './principals.ts';

/** A principal with its credentials, oldest first. */
export interface Account {
  readonly principal: Principal;
  readonly credentials: readonly Credential[];
}

/** Accounts, looked up. */
export interface AccountRows {
  /**
   * Who has a name, without all that {@link AccountRows.findAccount} reads: a name that nobody
   * has is looked up in the same time.
   */
  findPrincipal(
    kind: PrincipalKind,
    realm: string,
    canonicalName: string,
  ): Promise<Pick<Principal, 'id' | 'name'> | undefined>;
  /**
   * Whether a service has a name in some spelling of its letters, of A to Z at least. Reads the
   * names of all services.
   *
   * @param realm  in lower case, as is `name`
   */
  hasServiceInAnyCase(realm: string, name: string): Promise<boolean>;
  findAccount(
    kind: PrincipalKind,
    realm: string,
    canonicalName: string,
  ): Promise<Account | undefined>;
  getAccount(principalId: string): Promise<Account | undefined>;
}
