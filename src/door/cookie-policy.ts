/** How our cookies are written under a configuration. @module */
import type { Config } from '../config/config.ts';
import type { CookiePolicy } from '../session/cookie.ts';
import type { Lifetimes } from '../session/payload.ts';

/** Names, reach and lifetimes of the cookies, and whether they need https. */
export function cookiePolicyOf({ session, publicUrl }: Config): CookiePolicy & Lifetimes {
  // Undefined means https: only an operator who wrote http:// gets cookies without Secure.
  return { ...session, secure: publicUrl?.protocol !== 'http:' };
}
