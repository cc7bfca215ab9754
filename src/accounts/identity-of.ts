/** From the store's principal to the identity that the rooms above know. @module */
import type { Identity } from '../core/identity.ts';
import type { Principal } from '../store/contract.ts';

/** Sorts the groups and drops duplicates, as {@link Identity} promises. */
export function identityOf(principal: Principal): Identity {
  return { id: principal.id, name: principal.name, groups: [...new Set(principal.groups)].sort() };
}
