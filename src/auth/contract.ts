/** What the `/_auth` pages need from the rest of the house. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from '../accounts/contract.ts';
import type { AuditSink } from '../audit/events.ts';
import type { Factor, TotpConfig } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Log } from '../core/log.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { KnownBrowsers, Session, Sessions } from '../session/contract.ts';
import type { FlowRows } from '../store/contract.ts';

/** What the gate knows about a request before it hands it to the pages. */
export interface RequestContextLike {
  readonly requestId: string;
  /** The address that throttles and logs use. */
  readonly clientAddress: string;
  readonly scheme: 'http' | 'https';
  /** Canonical host, with the port where it is not the default one. */
  readonly host: string;
  /** Raw target, path and query, prefix included. */
  readonly target: string;
}

/** What the operator has decided about signing in and up. */
export interface AuthPolicy {
  readonly factors: readonly Factor[];
  readonly signup: 'closed' | 'invite' | 'open';
  /** Shown to people who type the secret by hand. */
  readonly totp: TotpConfig;
}

/** What opens to somebody who is signed in. */
export interface Directory {
  /** Whether the front page of the host that was asked opens. */
  readonly hasFront: boolean;
  readonly places: readonly { readonly label: string; readonly href: string }[];
}

/** Everything that the pages are handed; they reach for nothing else. */
export interface AuthDeps {
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  /** The origin that browsers use; undefined where nobody has said. */
  readonly publicUrl: URL | undefined;
  /** Other sites that share the session, and that a sign-in may lead back to; none by default. */
  readonly returnOrigins?: ReadonlySet<string>;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly browsers: KnownBrowsers;
  /** Their values are sealed before they get there. */
  readonly flows: FlowRows;
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: AuthPolicy;
  /** Whether browsers come by https; decided by `public_url`, never by a header. */
  readonly isSecure: boolean;
  /** Base name of our cookies, e.g. `sallyport`. */
  readonly cookieName: string;
  /** Where signing out is noted; the accounts note everything else. */
  readonly audit: AuditSink;
  readonly log: Log;
  /** Where a session may go from a host of ours. */
  readonly look: (session: Session, host: string) => Directory;
  /** Why the door is not ready to serve; empty when it is. */
  readonly readiness: () => Promise<readonly string[]>;
}

/** Answers one request whose path is the prefix or lies under it. */
export type AuthApp = (
  req: IncomingMessage,
  res: ServerResponse,
  context: RequestContextLike,
) => void;
