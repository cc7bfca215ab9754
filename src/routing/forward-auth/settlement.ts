/** Puts a verdict on the original request before the gateway, and tells of it. @module */

import type { RequestContext, Route } from '../contract.ts';
import type { Exchange } from '../exchange.ts';
import { valuesOf } from '../header-lines.ts';
import { createOrders } from '../order.ts';
import { isOriginAllowed } from '../origin.ts';
import { failureOf, type Verdict } from '../verdict.ts';
import type { CheckDeps, CheckFacts, ForwardAuth } from './contract.ts';
import { DIALECTS } from './dialects.ts';
import { createPageReply, createStatusReply, type Refusal, type Reply } from './reply.ts';
import { whenKnown } from './when-known.ts';

/** A question that is believed. */
export interface Asked {
  readonly method: string;
  readonly context: RequestContext;
}

/** The two ways to end a question. */
export interface Settlement {
  /** By default 403: nothing is said of a request that was not even judged. */
  readonly refuse: (exchange: Exchange, facts: CheckFacts, refusal?: Refusal) => void;
  readonly settle: (exchange: Exchange, asked: Asked, verdict: Verdict) => void | Promise<void>;
}

const FORBIDDEN: Refusal = { code: 'E_FORBIDDEN' };

/** Builds both for one gateway. */
export function createSettlement(deps: CheckDeps, forwardAuth: ForwardAuth): Settlement {
  const { note, sessions, publicUrl } = deps;
  const reply = createReply(deps, forwardAuth);
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
      return refuse(exchange, { outcome: 'E_FORBIDDEN', context, reason: SHOWN_TO_ALL });
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

  return { refuse, settle };
}

const SHOWN_TO_ALL = 'a service shows its credentials where applications see them';

function createReply({ prefix, publicUrl }: CheckDeps, forwardAuth: ForwardAuth): Reply {
  const dialect = DIALECTS[forwardAuth.gateway];
  const deps = { ...forwardAuth, prefix, publicUrl, dialect };
  return dialect.answers === 'page' ? createPageReply(deps) : createStatusReply(deps);
}

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
