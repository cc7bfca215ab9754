/** Makes a value that nobody can change any more. @module */

/** Freezes plain objects and lists, all the way down; URLs and Maps stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof URL || value instanceof Map) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
