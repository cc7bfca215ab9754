/** Whether two parts of a configuration say the same. @module */
import { Secret } from '../core/secret.ts';

/** Compares plain data, addresses, and what secrets hide: a new key is a change. */
export function hasSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Secret) return b instanceof Secret && a.reveal() === b.reveal();
  if (a instanceof URL) return b instanceof URL && a.href === b.href;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => hasSameValue(Reflect.get(a, key), Reflect.get(b, key)));
}
