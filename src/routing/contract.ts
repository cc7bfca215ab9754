/** The gate's vocabulary: what is decided about a request, and who carries it out. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RouteConfig } from '../config/config.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Identity } from '../core/identity.ts';
import type { Session, SessionState } from '../session/contract.ts';
import type { Scheme } from './host.ts';

/** A route as configured; the gate adds nothing to it. */
export type Route = RouteConfig;

/** The answer of `decide`, the one rule that every door translates (ADR 8). */
export type Decision =
  | { readonly kind: 'forward'; readonly route: Route; readonly identity: Identity | null }
  | { readonly kind: 'unauthenticated'; readonly route: Route }
  | {
      readonly kind: 'forbidden';
      readonly route: Route;
      readonly identity: Identity;
      readonly missing: readonly string[];
    }
  | { readonly kind: 'denied' }
  /** A machine has shown too many wrong credentials. */
  | { readonly kind: 'throttled'; readonly retryAfterSec: number }
  | { readonly kind: 'unrouted' }
  /** Nobody can say whether the session lives: 503. */
  | { readonly kind: 'undecidable' };

/** What a machine has proved about itself by a code or a bearer. */
export type ServiceState =
  | {
      readonly kind: 'service';
      /** Ends what it has opened, as a person's does; no cookie carries it. */
      readonly session: Session;
      /** Undefined for a bearer, which belongs to no realm. */
      readonly realm: string | undefined;
      /** Names of routes that it opens whatever their groups and realms. */
      readonly routes: readonly string[];
    }
  | { readonly kind: 'throttled'; readonly retryAfterSec: number };

/** Everything that a decision can be made from beside the route. */
export type Standing = SessionState | ServiceState;

/** What is known about a request before it is routed; from listed peers, what they say. */
export interface RequestContext {
  readonly requestId: string;
  /** The address that throttles, logs and lock-outs use; no port, no brackets. */
  readonly clientAddress: string;
  readonly scheme: Scheme;
  /** Canonical: lower case, no trailing dot, no default port; with the port otherwise. */
  readonly host: string;
  /** `Host` names another one, or spells it so that an upstream may take it for another one. */
  readonly isHostOurs?: boolean;
  /** The raw target as received: path and query. */
  readonly target: string;
  /** The raw path, up to `?`. */
  readonly path: string;
}

/** Why one of our own answers is written instead of the upstream's. */
export interface Failure {
  readonly code: ErrorCode;
  readonly context?: RequestContext;
  /** The method that counts, where a gateway asks with another one. */
  readonly method?: string;
  /** For `E_UNAUTHENTICATED`: where to sign in, return path included; for some gateways absolute. */
  readonly loginUrl?: string;
  /** For `E_FORBIDDEN`. */
  readonly identity?: Identity;
  readonly missingGroups?: readonly string[];
  readonly retryAfterSec?: number;
  /** Our own cookies to clear or renew with the answer. */
  readonly setCookies?: readonly string[];
}

/** Writes failures as a page, JSON or a redirect; implemented once, above this floor. */
export interface FailureRenderer {
  /** A page for navigations and posted forms, JSON otherwise; `no-store`; HEAD without a body. */
  render(req: IncomingMessage, res: ServerResponse, failure: Failure): void;
  /** A complete HTTP/1.1 answer on a socket that asked for an upgrade, then its end. */
  renderUpgrade(req: IncomingMessage, socket: Duplex, failure: Failure): void;
}

/** The listeners that `http.createServer` gets; nothing else ever answers a request. */
export interface Gate {
  request(req: IncomingMessage, res: ServerResponse): void;
  checkContinue(req: IncomingMessage, res: ServerResponse): void;
  /** An `Expect` of anything but `100-continue`. */
  checkExpectation(req: IncomingMessage, res: ServerResponse): void;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  connect(req: IncomingMessage, socket: Duplex): void;
  clientError(error: NodeJS.ErrnoException, socket: Duplex): void;
}
