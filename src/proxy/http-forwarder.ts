/** Forwards plain HTTP requests. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, STATUS } from '../core/errors.ts';
import { discardBody } from './client-socket.ts';
import type { ForwardOrder } from './contract.ts';
import { Exchange, type ExchangeDeps } from './exchange.ts';
import { requestFraming } from './framing.ts';
import { alsoVouched, namedByConnection, passHeaders, requestPasses } from './header-passes.ts';

/**
 * Sends one request to its upstream and the answer back.
 *
 * Refused here: a target that is no path, framing that two readers could read
 * differently, a declared body over the route's limit.
 */
export function forwardHttp(
  deps: ExchangeDeps,
  req: IncomingMessage,
  res: ServerResponse,
  order: ForwardOrder,
): void {
  // The decision took its time and the client has gone; or what precedes this request
  // could be read two ways, and then so could where it begins.
  if (res.destroyed || deps.distrusted.has(req.socket)) {
    deps.meter?.ended(req, 0);
    return;
  }
  const framing = requestFraming(req.rawHeaders, req.httpVersion);
  const refusal = refuse(req, order, framing);
  if (refusal !== undefined) {
    if (refusal === 'E_FRAMING') {
      res.shouldKeepAlive = false;
      deps.distrusted.add(req.socket);
    }
    discardBody(req, deps.lingerMs);
    deps.fail(req, res, refusal);
    deps.meter?.ended(req, STATUS[refusal]);
    return;
  }
  const headers = forwardedHeaders(deps, req, order);
  new Exchange(deps, req, res, order).start(headers, framing.kind !== 'none');
}

function refuse(
  req: IncomingMessage,
  order: ForwardOrder,
  framing: ReturnType<typeof requestFraming>,
): ErrorCode | undefined {
  // `*` and absolute targets would be read by the upstream as another host's.
  if (!req.url?.startsWith('/')) return 'E_TARGET_MALFORMED';
  if (framing.kind === 'ambiguous') return 'E_FRAMING';
  const { maxBodyBytes } = order.limits;
  const isTooLarge =
    framing.kind === 'sized' && maxBodyBytes !== undefined && framing.bytes > maxBodyBytes;
  return isTooLarge ? 'E_BODY_TOO_LARGE' : undefined;
}

/** The client's lines through the passes, then ours. */
export function forwardedHeaders(
  deps: Pick<ExchangeDeps, 'names' | 'ownCookieNames' | 'hasMethodRules'>,
  req: IncomingMessage,
  order: ForwardOrder,
): string[] {
  const scope = {
    ownCookieNames: deps.ownCookieNames,
    named: namedByConnection(req.rawHeaders),
    alsoVouched: alsoVouched(order.vouched, deps.names),
    hasMethodRules: deps.hasMethodRules === true,
    site: order.site,
    withheld: order.withheld,
  };
  const headers = passHeaders(req.rawHeaders, requestPasses, scope, deps.names);
  for (const [name, value] of order.vouched) headers.push(name, value);
  return headers;
}
