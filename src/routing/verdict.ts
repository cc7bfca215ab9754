/** From an admitted request to a decision, the same way for every door. @module */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { SessionState, Sessions } from '../session/contract.ts';
import { hasEncodedSlash, isAmbiguous } from './ambiguity.ts';
import type { Decision, Failure, RequestContext, Route, Standing } from './contract.ts';
import { decide } from './decide.ts';
import { isHostServed, matchRoute, matchRouteInAnyCase } from './match.ts';
import { isOwnAnywhere, type OwnPaths } from './own-path.ts';
import { ownTokenIn, presentedTo, type RecogniseService } from './service-credentials.ts';

/** What a decision depends on beside the request. */
export interface VerdictDeps extends OwnPaths {
  readonly routes: readonly Route[];
  readonly sessions: Pick<Sessions, 'open'>;
  /** Who a machine is by what it shows; undefined where machines have no way in. */
  readonly recogniseService?: RecogniseService | undefined;
}

/** A decision and what it was made from. */
export interface Verdict {
  readonly decision: Decision;
  readonly state: Standing;
  /** Folded name of the header that shows what was meant for the door. */
  readonly withheld?: string;
}

/** The route, which may be none, or why the question has no single answer. */
export type Routing =
  | { readonly ok: true; readonly route: Route | undefined }
  | { readonly ok: false; readonly code: ErrorCode };

const NOBODY: SessionState = { kind: 'none' };

/** The route of a request, unless another reading of its path leads elsewhere. */
export function routeRequest(deps: VerdictDeps, method: string, context: RequestContext): Routing {
  const { routes } = deps;
  const request = { host: context.host, method };
  const route = matchRoute(routes, request, context.path);
  const meaning = (path: string) =>
    isOwnAnywhere(deps, path) ? 'the door itself' : matchRouteInAnyCase(routes, request, path);
  const isOneCase = matchRouteInAnyCase(routes, request, context.path) === route;
  if (!isOneCase || isAmbiguous(context.path, meaning)) {
    return { ok: false, code: 'E_TARGET_AMBIGUOUS' };
  }
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

/**
 * Opens the session where it matters, and decides. Synchronous when the session is: a
 * service's credentials are looked at only where nobody has passed by a cookie.
 */
export function judge(
  deps: VerdictDeps,
  req: IncomingMessage,
  route: Route | undefined,
  context: RequestContext,
): Verdict | Promise<Verdict> {
  if (route === undefined || route.access.kind === 'deny') return verdictOn(route, NOBODY);
  const state = deps.sessions.open(req.rawHeaders);
  const goOn = (opened: SessionState) => {
    const verdict = verdictOn(route, opened);
    return verdict.decision.kind === 'forward'
      ? withoutOwnToken(verdict, req)
      : askService(deps, { req, route, context }, verdict);
  };
  return state instanceof Promise ? state.then(goOn) : goOn(state);
}

function verdictOn(route: Route | undefined, state: Standing): Verdict {
  return { decision: decide(route, state), state };
}

/** Most requests show none, and keep the verdict that they have. */
function withoutOwnToken(verdict: Verdict, { rawHeaders }: IncomingMessage): Verdict {
  const withheld = ownTokenIn(rawHeaders);
  return withheld === undefined ? verdict : { ...verdict, withheld };
}

function askService(
  { recogniseService }: VerdictDeps,
  {
    req,
    route,
    context,
  }: {
    readonly req: IncomingMessage;
    readonly route: Route;
    readonly context: RequestContext;
  },
  verdict: Verdict,
): Verdict | Promise<Verdict> {
  const shown = recogniseService && presentedTo(route, req.rawHeaders);
  if (recogniseService === undefined || shown === undefined) return verdict;
  const { clientAddress: source, requestId } = context;
  return recogniseService(shown.presented, { source, requestId }).then((state) =>
    state === undefined ? verdict : { ...verdictOn(route, state), withheld: shown.header },
  );
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
    case 'throttled':
      return { code: 'E_THROTTLED', retryAfterSec: decision.retryAfterSec };
    case 'undecidable':
      return { code: 'E_STORE_DOWN' };
    default:
      return decision satisfies never;
  }
}
