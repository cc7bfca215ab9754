/** What is told of every request, for logs and metrics. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { Identity } from '../core/identity.ts';
import type { Clock } from '../core/ports.ts';
import type { RequestContext, Route } from './contract.ts';
import type { Exchange } from './exchange.ts';

/** What is told of one request; given when the decision stands, before the answer does. */
export interface GateReport {
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

/** Who is told. */
export interface ReportDeps {
  readonly clock: Clock;
  /** Must not throw. */
  readonly report?: (report: GateReport) => void;
}

/** What a report says beside the time. */
export type Facts = Omit<GateReport, 'decidedAtMs'>;

/** Tells it, with the time at which it was decided. */
export function tell({ report, clock }: ReportDeps, facts: Facts): void {
  report?.({ decidedAtMs: clock.nowMs(), ...facts });
}

/** The request and its answer, where it has one. */
export function partiesOf({ req, res }: Exchange): Pick<GateReport, 'req' | 'res'> {
  return res === undefined ? { req } : { req, res };
}
