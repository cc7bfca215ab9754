/** From an admitted request to a decision, the same way for every door. @module */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { SessionState, Sessions } from '../session/contract.ts';
import { hasEncodedSlash, isAmbiguous } from './ambiguity.ts';
import type { Decision, Failure, RequestContext, Route } from './contract.ts';
import { decide } from './decide.ts';
import { isHostServed, matchRoute } from './match.ts';
import { isOwnPath } from './own-path.ts';

/** What a decision depends on beside the request. */
export interface VerdictDeps {
  readonly prefix: string;
  readonly routes: readonly Route[];
  readonly sessions: Pick<Sessions, 'open'>;
}

/** A decision and what it was made from. */
export interface Verdict {
  readonly decision: Decision;
  readonly state: SessionState;
}

/** The route, which may be none, or why the question has no single answer. */
export type Routing =
  | { readonly ok: true; readonly route: Route | undefined }
  | { readonly ok: false; readonly code: ErrorCode };

const NOBODY: SessionState = { kind: 'none' };

/** The route of a request, unless another reading of its path leads elsewhere. */
export function routeRequest(deps: VerdictDeps, method: string, context: RequestContext): Routing {
  const { prefix, routes } = deps;
  const request = { host: context.host, method };
  const route = matchRoute(routes, request, context.path);
  const meaning = (path: string) =>
    isOwnPath(prefix, path) ? 'the door itself' : matchRoute(routes, request, path);
  if (isAmbiguous(context.path, meaning)) return { ok: false, code: 'E_TARGET_AMBIGUOUS' };
  if (route === undefined) {
    return isHostServed(routes, context.host)
      ? { ok: true, route }
      : { ok: false, code: 'E_HOST_UNKNOWN' };
  }
  if (!route.allowEncodedSlash && hasEncodedSlash(context.path)) {
    return { ok: false, code: 'E_TARGET_AMBIGUOUS' };
  }
  return { ok: true, route };
}

/** Opens the session where it matters, and decides. Synchronous when the session is. */
export function judge(
  deps: VerdictDeps,
  req: IncomingMessage,
  route: Route | undefined,
): Verdict | Promise<Verdict> {
  if (route === undefined || route.access.kind === 'deny') return verdictOn(route, NOBODY);
  const state = deps.sessions.open(req.rawHeaders);
  return state instanceof Promise
    ? state.then((opened) => verdictOn(route, opened))
    : verdictOn(route, state);
}

function verdictOn(route: Route | undefined, state: SessionState): Verdict {
  return { decision: decide(route, state), state };
}

/** How a decision against a request is answered. */
export function failureOf(decision: Exclude<Decision, { kind: 'forward' }>): Failure {
  switch (decision.kind) {
    case 'unauthenticated':
      return { code: 'E_UNAUTHENTICATED' };
    case 'forbidden':
      return {
        code: 'E_FORBIDDEN',
        identity: decision.identity,
        missingGroups: decision.missing,
      };
    case 'denied':
      return { code: 'E_FORBIDDEN' };
    case 'unrouted':
      return { code: 'E_UNROUTED' };
    case 'undecidable':
      return { code: 'E_STORE_DOWN', retryAfterSec: 5 };
    default:
      return decision satisfies never;
  }
}
