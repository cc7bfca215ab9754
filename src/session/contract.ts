/** What a session is, and what the rooms above may do with one. @module */
import type { Identity } from '../core/identity.ts';

/** How long a service's pass stands for the code that it was given for. */
export const PASS_LIFETIME_MS = 5 * 60_000;

/** What the cookie's seal carries; times are milliseconds since the epoch. */
export interface Session {
  /** Session id: revocation goes by it, never by the cookie's text. */
  readonly sid: string;
  readonly identity: Identity;
  /** Methods used, RFC 8176: `pwd`, `otp`, `rec` for a recovery code. */
  readonly amr: readonly string[];
  readonly signedInAtMs: number;
  /** Absolute end, whatever the person does. */
  readonly expiresAtMs: number;
  /** End unless the person does something before; renewed on the way. */
  readonly idleExpiresAtMs: number;
}

/** What a request's cookies say; never an exception, whatever the bytes. */
export type SessionState =
  | { readonly kind: 'none' }
  /** Something under our name that is no live session: to be cleared once. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'live'; readonly session: Session }
  /** The revocation feed has been silent for longer than the grace: fail closed. */
  | { readonly kind: 'unknown' };

/** A started session and the `Set-Cookie` line that carries it. */
export interface StartedSession {
  readonly session: Session;
  readonly setCookie: string;
}

/**
 * Sessions as the gate and the pages use them.
 *
 * `rawHeaders` is Node's flat name/value list: every `Cookie` line counts.
 */
export interface Sessions {
  /** Synchronous when the seal is in the cache, which is the ordinary case. */
  open(rawHeaders: readonly string[]): SessionState | Promise<SessionState>;
  /**
   * Undefined when the principal has been disabled, removed or put into other groups
   * meanwhile, or when one of the credentials that were shown is gone.
   */
  start(
    identity: Identity,
    amr: readonly string[],
    credentialIds?: readonly string[],
  ): Promise<StartedSession | undefined>;
  /** A `Set-Cookie` line once half of the idle time has passed, else undefined. */
  renew(session: Session): Promise<string> | undefined;
  /** Ends the session in the store, here and in every process. */
  end(session: Session): Promise<void>;
  /** The `Set-Cookie` line that removes our session cookie. */
  readonly clearCookie: string;
  /** The same for the look-alikes too, which make a session cookie ambiguous: for `stale`. */
  readonly clearCookies: readonly string[];
  /** Folded-case names of all cookies of ours, with and without prefixes. */
  readonly ownCookieNames: ReadonlySet<string>;
  /** Calls `close` when the session ends or expires; returns how to forget it. */
  watch(session: Session, close: () => void): () => void;
}

/** Which accounts this browser has signed in to before: a long-lived seal of its own purpose. */
export interface KnownBrowsers {
  /** A stable id of this browser for this principal, or undefined for a stranger. */
  recognise(rawHeaders: readonly string[], principalId: string): Promise<string | undefined>;
  /** The `Set-Cookie` line after a successful sign-in. */
  remember(rawHeaders: readonly string[], principalId: string): Promise<string>;
}
