/** Groups as they are stored: checked, sorted, each once. @module */
import { DoorError } from '../core/errors.ts';
import { isGroupName } from '../core/group-name.ts';

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
