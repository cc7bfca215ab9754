/** Which paths are the door's own. @module */

/**
 * Whether the raw path is ours: exactly the prefix, or the prefix and a slash.
 * Decided once, before anything decodes or folds case.
 *
 * @param prefix  e.g. `/_auth`, no trailing slash
 * @param path    raw path without the query
 */
export function isOwnPath(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f;
}
