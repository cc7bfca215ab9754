/** Which names groups may have. @module */
import { DoorError } from '../core/errors.ts';

// Groups leave in one header, separated by commas.
const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}$/;

/** Whether a group may be called so; at most 64 characters, no comma, no space. */
export function isGroupName(name: string): boolean {
  return ALLOWED.test(name);
}

/**
 * Sorts groups and drops duplicates.
 *
 * @throws DoorError E_FORM_INVALID if one of them is no group name; callers that take
 *   groups from people ask {@link isGroupName} first
 */
export function canonicalGroups(groups: readonly string[]): readonly string[] {
  for (const group of groups) {
    if (!isGroupName(group))
      throw new DoorError('E_FORM_INVALID', `not a group name: ${JSON.stringify(group)}`);
  }
  return [...new Set(groups)].sort();
}
