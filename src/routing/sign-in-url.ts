/** Where somebody without a session is sent. @module */
import type { RequestContext } from './contract.ts';

/**
 * The sign-in page of the same site.
 *
 * @param returnTo  raw target to come back to; undefined where nothing can be asked for again
 */
export function signInPath(prefix: string, returnTo: string | undefined): string {
  const login = `${prefix}/login`;
  return returnTo === undefined ? login : `${login}?return_to=${encodeURIComponent(returnTo)}`;
}

/** Where people sign in, and which other sites share that sign-in. */
export interface SignInSite {
  readonly prefix: string;
  readonly publicUrl: URL | undefined;
  /** Origins that the sign-in page returns to: hosts of routes below `session.cookie_domain`. */
  readonly returnOrigins: ReadonlySet<string>;
}

/** The sign-in page for a request to any host: at `public_url` where the hosts share a session. */
export function signInUrl(
  { prefix, publicUrl, returnOrigins }: SignInSite,
  { scheme, host, target }: RequestContext,
  isReturnable: boolean,
): string {
  const origin = `${scheme}://${host}`;
  if (publicUrl === undefined || publicUrl.host === host || !returnOrigins.has(origin)) {
    return signInPath(prefix, isReturnable ? target : undefined);
  }
  return publicUrl.origin + signInPath(prefix, isReturnable ? origin + target : `${origin}/`);
}
