/** The check with a dialect: the original request, judged as if it had come in directly. @module */
import { createTrustedPeers } from '../client-address.ts';
import { judge, routeRequest } from '../verdict.ts';
import type { Check, CheckDeps, ForwardAuth } from './contract.ts';
import { DIALECTS } from './dialects.ts';
import { createHearing } from './hearing.ts';
import { createSettlement } from './settlement.ts';
import { whenKnown } from './when-known.ts';

/** Builds the check for one gateway: admit, hear, route and judge, settle; the first "no" stands. */
export function createRouteCheck(deps: CheckDeps, forwardAuth: ForwardAuth): Check {
  const { admit } = deps;
  const dialect = DIALECTS[forwardAuth.gateway];
  const isTrusted = createTrustedPeers(deps.trustedProxies);
  const hearing = createHearing({ ...deps, dialect, isTrusted });
  const { refuse, settle } = createSettlement(deps, forwardAuth);

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
