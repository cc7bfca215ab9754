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

/** Where the door answers itself. */
export interface OwnPaths {
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  /** Paths of its own APIs, beside its pages, under the same rule; none by default. */
  readonly apiPrefixes?: readonly string[];
}

/** Whether the raw path lies under any of them. */
export function isOwnAnywhere({ prefix, apiPrefixes }: OwnPaths, path: string): boolean {
  return isOwnPath(prefix, path) || (apiPrefixes?.some((own) => isOwnPath(own, path)) ?? false);
}
