/** What is asked of an exchange, whichever kind it is. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { Failure, FailureRenderer, RequestContext, Route } from './contract.ts';
import type { Order, OrderTaker } from './order.ts';

/** One request, whichever way it came in. */
export interface Exchange {
  readonly req: IncomingMessage;
  /** Undefined for a handshake. */
  readonly res: ServerResponse | undefined;
  /** Whether signing in can lead back to this very request. */
  readonly isReturnable: boolean;
  /** What this kind refuses whoever asks. */
  refusal(): ErrorCode | undefined;
  /** What it refuses although the person may pass. */
  refusalOn(route: Route, context: RequestContext): ErrorCode | undefined;
  /** Hands the request to the door's own pages. */
  own(context: RequestContext): void;
  forward(order: Order): void;
  fail(failure: Failure): void;
  /** Writes an answer without a body, what gateways look at; names and values in turn. */
  answer(status: number, rawHeaders: readonly string[]): void;
  /** The answer, whichever it is, ends the connection. */
  endConnection(): void;
  /** The client has left: nothing is worth doing. */
  isGone(): boolean;
  destroy(): void;
}

/** Who answers: the upstream, the failure pages, or the pages of the door. */
export interface ExchangeDeps {
  readonly forwarder: OrderTaker;
  readonly failures: FailureRenderer;
  readonly auth: (req: IncomingMessage, res: ServerResponse, context: RequestContext) => void;
  readonly publicUrl: URL | undefined;
  /** How long a client may take to send a body that is not forwarded. */
  readonly bodyTimeoutMs?: number;
  /** How long an answer of ours may take to be made and to be read. */
  readonly answerTimeoutMs?: number;
}
