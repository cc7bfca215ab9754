/** Every request passes here, and nothing else decides about it. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../core/errors.ts';
import { type AdmissionDeps, createAdmit } from './admission.ts';
import { answerClientError, clientErrorCode, isAnswering } from './client-error.ts';
import { type ConcludeDeps, createConclude } from './conclude.ts';
import type { Gate } from './contract.ts';
import type { Exchange, ExchangeDeps } from './exchange.ts';
import { createCheck } from './forward-auth/check.ts';
import type { CheckFacts } from './forward-auth/contract.ts';
import { DIALECTS } from './forward-auth/dialects.ts';
import { brokenTarget, questionIn } from './forward-auth/question.ts';
import { HttpExchange, httpTerms } from './http-exchange.ts';
import { isOwnAnywhere } from './own-path.ts';
import { createRefuse, failClosed, type Refuse } from './refuse.ts';
import { partiesOf, tell } from './report.ts';
import { createSentAhead } from './sent-ahead.ts';
import { UpgradeExchange } from './upgrade-exchange.ts';
import { judge, routeRequest, type VerdictDeps } from './verdict.ts';

/** Everything the gate decides by and answers through. */
export interface GateDeps
  extends AdmissionDeps,
    ExchangeDeps,
    ConcludeDeps,
    Omit<VerdictDeps, 'sessions'> {}

/** Builds the listeners of the server. None of them throws, whatever comes in. */
export function createGate(deps: GateDeps): Gate {
  const questionOf = createQuestionOf(deps);
  const refuse = createRefuse(deps);
  const pass = createPass(deps, questionOf, refuse);
  const { ordinary, continued } = httpTerms(deps);
  const { hasPlace, mayTakeOver } = createTurns(deps);

  return {
    request(req, res) {
      if (hasPlace(req, res)) pass(new HttpExchange(ordinary, req, res));
    },
    checkContinue(req, res) {
      if (hasPlace(req, res)) pass(new HttpExchange(continued, req, res));
    },
    checkExpectation(req, res) {
      if (!hasPlace(req, res)) return;
      const code = questionOf(req.url) === undefined ? 'E_EXPECTATION' : 'E_FORBIDDEN';
      refuse(new HttpExchange(continued, req, res), { code });
    },
    upgrade(req, socket, head) {
      socket.on('error', ignore);
      if (mayTakeOver(socket)) pass(new UpgradeExchange(deps, req, { socket, head }));
    },
    connect(req, socket) {
      socket.on('error', ignore);
      if (!mayTakeOver(socket)) return;
      const exchange = new UpgradeExchange(deps, req, { socket, head: NO_BYTES });
      refuse(exchange, { code: 'E_METHOD_REFUSED' });
    },
    clientError: createClientError(deps, questionOf),
  };
}

const NO_BYTES = Buffer.alloc(0);

/** A reset at any stage of a handshake ends the socket, never the process. */
const ignore = () => {};

/** Ends the connections of clients whose requests cannot be answered in their order. */
function createTurns(deps: GateDeps) {
  const isTooFarAhead = createSentAhead();
  function cutOff(socket: Duplex, code: ErrorCode): void {
    tell(deps, { outcome: code });
    socket.destroy();
  }
  return {
    hasPlace(req: IncomingMessage, res: ServerResponse): boolean {
      // Node goes through what it had read before the connection was cut.
      if (req.socket.destroyed) return false;
      if (!isTooFarAhead(req, res)) return true;
      cutOff(req.socket, 'E_BUSY');
      return false;
    },
    /** A 101 would stand where the answer to an earlier request belongs. */
    mayTakeOver(socket: Duplex): boolean {
      if (!isAnswering(socket)) return true;
      cutOff(socket, 'E_FRAMING');
      return false;
    },
  };
}

type QuestionOf = (target: string | undefined) => string | undefined;

/** What follows the path of the check in a raw target; undefined where that is not asked for. */
function createQuestionOf({ prefix, forwardAuth }: GateDeps): QuestionOf {
  const appendsTarget = forwardAuth !== undefined && DIALECTS[forwardAuth.gateway].appendsTarget;
  return (target) => questionIn(target ?? '', { prefix, appendsTarget });
}

/** Answers what could not be parsed. */
function createClientError(deps: GateDeps, questionOf: QuestionOf): Gate['clientError'] {
  // The parser complains again about every piece that still arrives.
  const answered = new WeakSet<Duplex>();
  return (error, socket) => {
    socket.on('error', ignore);
    if (answered.has(socket)) return;
    answered.add(socket);
    // A gateway makes a 500 of every status that it does not expect.
    const isQuestion = questionOf(brokenTarget(error)) !== undefined;
    const code = isQuestion ? 'E_FORBIDDEN' : clientErrorCode(error);
    // A client that has left is no event.
    if (error.code !== 'ECONNRESET') tell(deps, { outcome: code });
    answerClientError(socket, code);
  };
}

/**
 * The steps in their order: a gateway's question or not; framing, target, client
 * address and host (admit); ours or not; route; session and decision (judge); the
 * answer (conclude). The first refusal stands, and whatever breaks on the way
 * fails closed.
 */
function createPass(
  deps: GateDeps,
  questionOf: QuestionOf,
  refuse: Refuse,
): (exchange: Exchange) => void {
  const admit = createAdmit(deps);
  const conclude = createConclude(deps, refuse);
  const note = (exchange: Exchange, facts: CheckFacts) =>
    tell(deps, { ...facts, isQuestion: true, ...partiesOf(exchange) });
  const check = createCheck({ ...deps, admit, note }, deps.forwardAuth);

  function walk(exchange: Exchange): void | Promise<void> {
    const { req } = exchange;
    const question = questionOf(req.url);
    if (question !== undefined) return check(exchange, question);
    const admission = admit(req);
    if (!admission.ok) return refuse(exchange, { code: admission.code });
    const { context } = admission;
    const refused = exchange.refusal();
    if (refused !== undefined) return refuse(exchange, { code: refused, context });
    if (isOwnAnywhere(deps, context.path)) {
      tell(deps, { outcome: 'own', context, ...partiesOf(exchange) });
      return exchange.own(context);
    }
    const routing = routeRequest(deps, req.method ?? '', context);
    if (!routing.ok) return refuse(exchange, { code: routing.code, context });
    const verdict = judge(deps, req, routing.route, context);
    return verdict instanceof Promise
      ? verdict.then((settled) => conclude(exchange, settled, admission))
      : conclude(exchange, verdict, admission);
  }

  return (exchange) => {
    try {
      walk(exchange)?.catch((cause) => failClosed(refuse, exchange, cause));
    } catch (cause) {
      failClosed(refuse, exchange, cause);
    }
  };
}
