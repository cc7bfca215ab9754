/** Carries out a decision: our answer, or an order to the forwarder. @module */
import type { Sessions } from '../session/contract.ts';
import type { Admission } from './admission.ts';
import type { Decision, Failure, RequestContext, Standing } from './contract.ts';
import type { Exchange } from './exchange.ts';
import type { ForwardAuth } from './forward-auth/contract.ts';
import { createOrders, type Passage } from './order.ts';
import type { Refuse } from './refuse.ts';
import { type ReportDeps, tell } from './report.ts';
import { signInPath } from './sign-in-url.ts';
import { failureOf, type Verdict } from './verdict.ts';

/** What a decision is carried out with. */
export interface ConcludeDeps extends ReportDeps {
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  readonly sessions: Sessions;
  /** The gateway in front that asks; undefined where its check is told who is signed in, no more. */
  readonly forwardAuth?: ForwardAuth | undefined;
}

/** Synchronous, unless a session is renewed on the way. */
export type Conclude = (
  exchange: Exchange,
  verdict: Verdict,
  admitted: Extract<Admission, { ok: true }>,
) => void | Promise<void>;

/** Somebody who does not pass, and why. */
interface Refused {
  readonly decision: Exclude<Decision, { kind: 'forward' }>;
  readonly state: Standing;
  readonly context: RequestContext;
}

/** Builds the last step of the gate. */
export function createConclude(deps: ConcludeDeps, refuse: Refuse): Conclude {
  const { orderFor, cookiesDue } = createOrders(deps.sessions);

  /** Says where to sign in, and takes a dead session's cookie away. */
  function turnAway(exchange: Exchange, { decision, state, context }: Refused): void {
    const failure: Failure = {
      ...failureOf(decision),
      context,
      ...(decision.kind === 'unauthenticated' && {
        loginUrl: signInPath(deps.prefix, exchange.isReturnable ? context.target : undefined),
      }),
      ...(state.kind === 'stale' && { setCookies: deps.sessions.clearCookies }),
    };
    refuse(exchange, failure, 'route' in decision ? { route: decision.route } : undefined);
  }

  function forward(exchange: Exchange, passage: Passage, setCookies: readonly string[]): void {
    if (exchange.isGone()) return;
    const { context, route, identity } = passage;
    const order = orderFor(passage, setCookies);
    const { req, res } = exchange;
    tell(deps, { outcome: 'forward', context, route, identity: identity ?? undefined, req, res });
    exchange.forward(order);
  }

  return (exchange, { decision, state, withheld }, { context, chain }) => {
    if (decision.kind !== 'forward') return turnAway(exchange, { decision, state, context });
    const { route, identity } = decision;
    // A mere rule is for the gateway that asks: there is nothing behind it to forward to.
    const isMereRule = route.upstream === undefined && deps.forwardAuth !== undefined;
    const refused = isMereRule ? 'E_UNROUTED' : exchange.refusalOn(route, context);
    if (refused !== undefined) return refuse(exchange, { code: refused, context }, { route });
    const { req } = exchange;
    const passage: Passage = { route, identity, state, context, chain, withheld, req };
    const cookies = cookiesDue(state);
    return cookies instanceof Promise
      ? cookies.then((lines) => forward(exchange, passage, lines))
      : forward(exchange, passage, cookies);
  };
}
