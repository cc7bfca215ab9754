/** The check with a dialect: the original request, judged as if it had come in directly. @module */
import type { ErrorCode } from '../../core/errors.ts';
import { createTrustedPeers } from '../client-address.ts';
import type { RequestContext, Route } from '../contract.ts';
import type { Exchange } from '../exchange.ts';
import { valuesOf } from '../header-lines.ts';
import { createOrders } from '../order.ts';
import { isOriginAllowed } from '../origin.ts';
import { failureOf, judge, routeRequest, type Verdict } from '../verdict.ts';
import type { Check, CheckDeps, CheckFacts, ForwardAuth } from './contract.ts';
import { DIALECTS } from './dialects.ts';
import { createHearing } from './hearing.ts';
import { createPageReply, createStatusReply, type Refusal } from './reply.ts';
import { whenKnown } from './when-known.ts';

/** A question that is believed. */
interface Asked {
  readonly method: string;
  readonly context: RequestContext;
}

/** Builds the check for one gateway. */
export function createRouteCheck(deps: CheckDeps, forwardAuth: ForwardAuth): Check {
  const { admit, note, sessions, publicUrl, prefix } = deps;
  const dialect = DIALECTS[forwardAuth.gateway];
  const isTrusted = createTrustedPeers(deps.trustedProxies);
  const hearing = createHearing({ ...deps, dialect, isTrusted });
  const replyDeps = { ...forwardAuth, prefix, publicUrl, dialect };
  const reply =
    dialect.answers === 'page' ? createPageReply(replyDeps) : createStatusReply(replyDeps);
  const { cookiesDue } = createOrders(sessions);

  function refuse(exchange: Exchange, facts: CheckFacts, refusal: Refusal = FORBIDDEN): void {
    note(exchange, facts);
    reply.refuse(exchange, refusal);
  }

  function settle(exchange: Exchange, asked: Asked, verdict: Verdict): void | Promise<void> {
    const { context } = asked;
    const { decision, state, withheld } = verdict;
    // The gateway would send it on: the application could then act as the service.
    if (withheld === 'authorization') {
      const reason = 'a service shows its credentials where applications see them';
      return refuse(exchange, { outcome: 'E_FORBIDDEN', context, reason });
    }
    if (decision.kind !== 'forward') {
      const failure = failureOf(decision);
      const setCookies = state.kind === 'stale' ? sessions.clearCookies : [];
      const facts = { outcome: failure.code, context };
      return refuse(exchange, facts, { ...failure, ...asked, setCookies });
    }
    const { route, identity } = decision;
    if (isForeignHandshake(exchange, { route, context, publicUrl })) {
      const code = 'E_ORIGIN_FOREIGN';
      return refuse(exchange, { outcome: code, context, route }, { code, ...asked });
    }
    note(exchange, { outcome: 'forward', context, route, ...(identity && { identity }) });
    return whenKnown(cookiesDue(state), (cookies) => reply.allow(exchange, identity, cookies));
  }

  return (exchange, rest) => {
    const admission = admit(exchange.req);
    if (!admission.ok) return refuse(exchange, { outcome: admission.code });
    const asked = hearing(exchange, rest, admission.context);
    if (!asked.ok) {
      const { context } = admission;
      return refuse(exchange, { outcome: 'E_FORBIDDEN', context, reason: asked.reason });
    }
    const { context, method } = asked;
    const routing = routeRequest(deps, method, context);
    if (!routing.ok) return refuse(exchange, { outcome: routing.code, context });
    return whenKnown(judge(deps, exchange.req, routing.route, context), (verdict) =>
      settle(exchange, asked, verdict),
    );
  };
}

const FORBIDDEN: Refusal = { code: 'E_FORBIDDEN' satisfies ErrorCode };

/**
 * A handshake that the page of another site has begun. Gateways keep `Upgrade` to
 * themselves, but no browser can leave out `Sec-WebSocket-Version`, over HTTP/2 too.
 */
function isForeignHandshake(
  { req, res }: Exchange,
  about: {
    readonly route: Route;
    readonly context: RequestContext;
    readonly publicUrl: URL | undefined;
  },
): boolean {
  const isHandshake =
    res === undefined || valuesOf(req.rawHeaders, 'sec-websocket-version').length > 0;
  if (!isHandshake) return false;
  const { origins } = about.route;
  const { host, scheme } = about.context;
  const rule = { host, scheme, publicOrigin: about.publicUrl?.origin, origins };
  return !isOriginAllowed(valuesOf(req.rawHeaders, 'origin'), rule);
}
