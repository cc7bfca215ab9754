/** Answers gateways: may this request pass? @module */
import type { Exchange } from '../exchange.ts';
import { announcesBody } from '../framing.ts';
import type { Check, CheckDeps, ForwardAuth } from './contract.ts';
import { createRouteCheck } from './route-check.ts';
import { createSessionCheck } from './session-check.ts';

/**
 * Builds the check. Whatever breaks on the way is a 403: nobody passes, and no
 * gateway is handed a status that it makes something else of.
 *
 * @param forwardAuth  undefined where the session alone is asked for
 */
export function createCheck(deps: CheckDeps, forwardAuth: ForwardAuth | undefined): Check {
  const check =
    forwardAuth === undefined ? createSessionCheck(deps) : createRouteCheck(deps, forwardAuth);
  const failClosed = (exchange: Exchange, cause: unknown) => {
    deps.note(exchange, { outcome: 'E_INTERNAL', cause });
    exchange.answer(403, []);
  };
  return (exchange, rest) => {
    // Gateways announce the body of the request they ask about, and keep it to themselves.
    if (announcesBody(exchange.req)) exchange.endConnection();
    try {
      return check(exchange, rest)?.catch((cause) => failClosed(exchange, cause));
    } catch (cause) {
      return failClosed(exchange, cause);
    }
  };
}
