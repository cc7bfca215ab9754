/** Groups as they are stored: checked, sorted, each once. @module */
import { DoorError } from '../core/errors.ts';
import { isGroupName, MAX_GROUPS } from '../core/group-name.ts';

/**
 * Sorts groups and drops duplicates.
 *
 * @throws DoorError E_FORM_INVALID if one of them is no group name, or if they are too many;
 *   callers that take groups from people ask first
 */
export function canonicalGroups(groups: readonly string[]): readonly string[] {
  for (const group of groups) {
    if (!isGroupName(group))
      throw new DoorError('E_FORM_INVALID', `not a group name: ${JSON.stringify(group)}`);
  }
  const distinct = [...new Set(groups)].sort();
  if (distinct.length > MAX_GROUPS) {
    throw new DoorError('E_FORM_INVALID', `more than ${MAX_GROUPS} groups`);
  }
  return distinct;
}
