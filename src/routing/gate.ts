/** Every request passes here, and nothing else decides about it. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { DoorError, type ErrorCode } from '../core/errors.ts';
import type { Identity } from '../core/identity.ts';
import type { Clock } from '../core/ports.ts';
import type { Sessions } from '../session/contract.ts';
import { type AdmissionDeps, createAdmit } from './admission.ts';
import { answerClientError, clientErrorCode, isAnswering } from './client-error.ts';
import type { Failure, Gate, RequestContext, Route } from './contract.ts';
import { type Exchange, type ExchangeDeps, httpExchange, upgradeExchange } from './exchange.ts';
import { createCheck } from './forward-auth/check.ts';
import type { CheckFacts, ForwardAuth } from './forward-auth/contract.ts';
import { DIALECTS } from './forward-auth/dialects.ts';
import { brokenTarget, questionIn } from './forward-auth/question.ts';
import { createOrders, type Passage } from './order.ts';
import { isOwnPath } from './own-path.ts';
import { createSentAhead } from './sent-ahead.ts';
import type { RecogniseService } from './service-credentials.ts';
import { signInPath } from './sign-in-url.ts';
import { failureOf, judge, routeRequest, type Verdict } from './verdict.ts';

/** One line for logs and metrics; given when the decision stands, before the answer does. */
export interface GateReport {
  readonly kind: 'request';
  readonly decidedAtMs: number;
  /** What became of it: a page of ours, the upstream, or the reason why neither. */
  readonly outcome: 'own' | 'forward' | ErrorCode;
  /** A gateway asked: `forward` is then a yes, and nothing is forwarded here. */
  readonly isQuestion?: true;
  /** Undefined where the request was refused before it could be read. */
  readonly context?: RequestContext;
  readonly route?: Route;
  readonly identity?: Identity | undefined;
  /** Why a gateway that asked was not believed. */
  readonly reason?: string;
  /** Undefined where not even the head could be parsed. */
  readonly req?: IncomingMessage;
  /** Undefined for handshakes; its `close` event ends the exchange. */
  readonly res?: ServerResponse | undefined;
  /** What broke, for `E_INTERNAL` and other failures of ours. */
  readonly cause?: unknown;
}

/** Everything the gate decides by and answers through. */
export interface GateDeps extends AdmissionDeps, ExchangeDeps {
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  /** Paths of the door's own APIs, beside its pages; none by default. */
  readonly apiPrefixes?: readonly string[];
  readonly routes: readonly Route[];
  readonly sessions: Sessions;
  readonly clock: Clock;
  /** Who a machine is by what it shows; undefined where machines have no way in. */
  readonly recogniseService?: RecogniseService | undefined;
  /** The gateway in front that asks; undefined where its check is told who is signed in, no more. */
  readonly forwardAuth?: ForwardAuth | undefined;
  /** Must not throw. */
  readonly report?: (report: GateReport) => void;
}

/** Builds the listeners of the server. None of them throws, whatever comes in. */
export function createGate(deps: GateDeps): Gate {
  const questionOf = createQuestionOf(deps);
  const pass = createPass(deps, questionOf);
  // The parser complains again about every piece that still arrives.
  const answered = new WeakSet<Duplex>();
  const isTooFarAhead = createSentAhead();

  /** Ends the connection of a client whose requests cannot be answered in their order. */
  function cutOff(socket: Duplex, code: ErrorCode): void {
    report(deps, { outcome: code });
    socket.destroy();
  }

  function hasPlace(req: IncomingMessage, res: ServerResponse): boolean {
    // Node goes through what it had read before the connection was cut.
    if (req.socket.destroyed) return false;
    if (!isTooFarAhead(req, res)) return true;
    cutOff(req.socket, 'E_BUSY');
    return false;
  }

  return {
    request(req, res) {
      if (hasPlace(req, res)) pass(httpExchange(deps, req, res, false));
    },
    checkContinue(req, res) {
      if (hasPlace(req, res)) pass(httpExchange(deps, req, res, true));
    },
    checkExpectation(req, res) {
      if (!hasPlace(req, res)) return;
      const code = questionOf(req.url) === undefined ? 'E_EXPECTATION' : 'E_FORBIDDEN';
      refuse(deps, httpExchange(deps, req, res, true), { code });
    },
    upgrade(req, socket, head) {
      socket.on('error', ignore);
      // The 101 would stand where the answer to an earlier request belongs.
      if (isAnswering(socket)) return cutOff(socket, 'E_FRAMING');
      pass(upgradeExchange(deps, req, socket, head));
    },
    connect(req, socket) {
      socket.on('error', ignore);
      if (isAnswering(socket)) return cutOff(socket, 'E_FRAMING');
      refuse(deps, upgradeExchange(deps, req, socket, NO_BYTES), { code: 'E_METHOD_REFUSED' });
    },
    clientError(error, socket) {
      socket.on('error', ignore);
      if (answered.has(socket)) return;
      answered.add(socket);
      // A gateway makes a 500 of every status that it does not expect.
      const isQuestion = questionOf(brokenTarget(error)) !== undefined;
      const code = isQuestion ? 'E_FORBIDDEN' : clientErrorCode(error);
      // A client that has left is no event.
      if (error.code !== 'ECONNRESET') report(deps, { outcome: code });
      answerClientError(socket, code);
    },
  };
}

const NO_BYTES = Buffer.alloc(0);

/** A reset at any stage of a handshake ends the socket, never the process. */
const ignore = () => {};

type QuestionOf = (target: string | undefined) => string | undefined;

/** What follows the path of the check in a raw target; undefined where that is not asked for. */
function createQuestionOf({ prefix, forwardAuth }: GateDeps): QuestionOf {
  const appendsTarget = forwardAuth !== undefined && DIALECTS[forwardAuth.gateway].appendsTarget;
  return (target) => questionIn(target ?? '', { prefix, appendsTarget });
}

/**
 * The steps in their order: a gateway's question or not; framing, target, client
 * address and host (admit); ours or not; route; session and decision (judge); the
 * answer (conclude). The first refusal stands, and whatever breaks on the way
 * fails closed.
 */
function createPass(deps: GateDeps, questionOf: QuestionOf): (exchange: Exchange) => void {
  const admit = createAdmit(deps);
  const ownPrefixes = [deps.prefix, ...(deps.apiPrefixes ?? [])];
  const conclude = createConclude(deps);
  const note = (exchange: Exchange, facts: CheckFacts) =>
    report(deps, { ...facts, isQuestion: true, ...partiesOf(exchange) });
  const check = createCheck({ ...deps, admit, note }, deps.forwardAuth);

  function walk(exchange: Exchange): void | Promise<void> {
    const { req } = exchange;
    const question = questionOf(req.url);
    if (question !== undefined) return check(exchange, question);
    const admission = admit(req);
    if (!admission.ok) return refuse(deps, exchange, { code: admission.code });
    const { context, chain } = admission;
    const refused = exchange.refusal();
    if (refused !== undefined) return refuse(deps, exchange, { code: refused, context });
    if (ownPrefixes.some((prefix) => isOwnPath(prefix, context.path))) {
      report(deps, { outcome: 'own', context, ...partiesOf(exchange) });
      return exchange.own(context);
    }
    const routing = routeRequest(deps, req.method ?? '', context);
    if (!routing.ok) return refuse(deps, exchange, { code: routing.code, context });
    const verdict = judge(deps, req, routing.route, context);
    return verdict instanceof Promise
      ? verdict.then((settled) => conclude(exchange, settled, context, chain))
      : conclude(exchange, verdict, context, chain);
  }

  return (exchange) => {
    try {
      walk(exchange)?.catch((cause) => failClosed(deps, exchange, cause));
    } catch (cause) {
      failClosed(deps, exchange, cause);
    }
  };
}

/** Carries out a decision: our answer, or an order to the forwarder. */
function createConclude(deps: GateDeps) {
  const { orderFor, cookiesDue } = createOrders(deps.sessions);

  function forward(exchange: Exchange, passage: Passage, setCookies: readonly string[]): void {
    if (exchange.isGone()) return;
    const { context, route, identity } = passage;
    const order = orderFor(passage, setCookies);
    const { req, res } = exchange;
    report(deps, { outcome: 'forward', context, route, identity: identity ?? undefined, req, res });
    exchange.forward(order);
  }

  return (
    exchange: Exchange,
    { decision, state, withheld }: Verdict,
    context: RequestContext,
    chain: string,
  ): void | Promise<void> => {
    if (decision.kind !== 'forward') {
      const failure = { ...failureOf(decision), context };
      const answer = {
        ...failure,
        ...(decision.kind === 'unauthenticated' && {
          loginUrl: signInPath(deps.prefix, exchange.isReturnable ? context.target : undefined),
        }),
        ...(state.kind === 'stale' && { setCookies: deps.sessions.clearCookies }),
      };
      return refuse(deps, exchange, answer, 'route' in decision ? { route: decision.route } : {});
    }
    const { route, identity } = decision;
    // A mere rule is for the gateway that asks: there is nothing behind it to forward to.
    const isMereRule = route.upstream === undefined && deps.forwardAuth !== undefined;
    const refused = isMereRule ? 'E_UNROUTED' : exchange.refusalOn(route, context);
    if (refused !== undefined) {
      return refuse(deps, exchange, { code: refused, context }, { route });
    }
    const { req } = exchange;
    const passage: Passage = { route, identity, state, context, chain, withheld, req };
    const cookies = cookiesDue(state);
    return cookies instanceof Promise
      ? cookies.then((lines) => forward(exchange, passage, lines))
      : forward(exchange, passage, cookies);
  };
}

function refuse(
  deps: GateDeps,
  exchange: Exchange,
  failure: Failure,
  about: Pick<GateReport, 'route' | 'cause'> = {},
): void {
  const { code, context } = failure;
  report(deps, {
    outcome: code,
    ...(context && { context }),
    ...about,
    ...partiesOf(exchange),
  });
  exchange.fail(failure);
}

/** Something broke: nobody passes, and if even that cannot be said the connection ends. */
function failClosed(deps: GateDeps, exchange: Exchange, cause: unknown): void {
  const code = cause instanceof DoorError ? cause.code : 'E_INTERNAL';
  try {
    refuse(deps, exchange, { code }, { cause });
  } catch {
    exchange.destroy();
  }
}

function report(deps: GateDeps, facts: Omit<GateReport, 'kind' | 'decidedAtMs'>): void {
  deps.report?.({ kind: 'request', decidedAtMs: deps.clock.nowMs(), ...facts });
}

function partiesOf({ req, res }: Exchange): Pick<GateReport, 'req' | 'res'> {
  return res === undefined ? { req } : { req, res };
}
