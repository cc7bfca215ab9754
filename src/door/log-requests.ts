/** Which of the requests that pass by get a log line, and what stands in it. @module */
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config.ts';
import { type ErrorCode, STATUS } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Clock } from '../core/ports.ts';
import type { GateReport } from '../routing/report.ts';

/** Told of every request; writes the lines that the configuration asks for. */
export interface RequestLog {
  /** Called once for each request, when its decision stands. */
  request(report: GateReport): void;
  /** Called when the exchange with an upstream failed after the decision. */
  upstreamFailure(req: IncomingMessage, code: ErrorCode, cause: unknown): void;
  /** What was reported of a request that was let through, for what comes later. */
  reportOf(req: IncomingMessage): GateReport | undefined;
}

/** What lines are written with. */
export interface RequestLogDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly requests: Config['log']['requests'];
  /** Path below which the next segment is a code; undefined where there is none. */
  readonly codesBelow?: string | undefined;
}

/**
 * Builds the log. Lines hold the path but never the query, in which
 * upstreams and our own links carry tokens.
 */
export function createRequestLog({ log, clock, requests, codesBelow }: RequestLogDeps): RequestLog {
  const masked = (path: string) => maskCode(path, codesBelow);
  return {
    request(report) {
      if (report.outcome === 'forward' && report.req) remember(report.req, report);
      if (report.outcome === 'E_INTERNAL') return logBreakage(log, report, masked);
      if (requests === 'all') return logWhenDone({ log, clock, masked }, report);
      if (requests === 'refused' && isRefusal(report.outcome)) {
        log.info({ ...fieldsOf(report, masked), status: STATUS[report.outcome] }, 'refused');
      }
    },
    upstreamFailure(req, code, cause) {
      const report = passedAs(req);
      const fields = report && fieldsOf(report, masked);
      log.warn({ ...fields, outcome: code, err: cause }, 'the upstream failed');
    },
    reportOf: passedAs,
  };
}

// Whoever has not signed in yet is sent to do so: the ordinary case, and no refusal.
const isRefusal = (outcome: GateReport['outcome']): outcome is ErrorCode =>
  outcome !== 'own' && outcome !== 'forward' && outcome !== 'E_UNAUTHENTICATED';

function logBreakage(log: Log, report: GateReport, masked: Mask): void {
  log.error({ ...fieldsOf(report, masked), err: report.cause }, 'the door failed and stayed shut');
}

/** A handshake has no answer of ours to wait for: its line comes with the decision. */
function logWhenDone(
  { log, clock, masked }: Pick<RequestLogDeps, 'log' | 'clock'> & { readonly masked: Mask },
  report: GateReport,
): void {
  const { res } = report;
  if (res === undefined) return log.info(fieldsOf(report, masked), 'request');
  res.once('close', () => {
    const durationMs = clock.nowMs() - report.decidedAtMs;
    log.info({ ...fieldsOf(report, masked), status: res.statusCode, durationMs }, 'request');
  });
}

function fieldsOf({ outcome, context, route, identity, reason, req }: GateReport, masked: Mask) {
  return {
    outcome,
    ...(context && {
      requestId: context.requestId,
      client: context.clientAddress,
      host: context.host,
      path: masked(context.path),
    }),
    ...(req && { method: req.method }),
    ...(route && { route: route.name }),
    ...(identity && { user: identity.name }),
    ...(reason !== undefined && { reason }),
  };
}

type Mask = (path: string) => string;

/** Codes are in the log's paths no more than in its fields: somebody might still use one. */
function maskCode(path: string, codesBelow: string | undefined): string {
  if (codesBelow === undefined || !path.startsWith(`${codesBelow}/`)) return path;
  return `${codesBelow}/[secret]`;
}

/**
 * The forwarder knows nobody: with its failure it brings the request alone, so the
 * report travels on it. In a WeakMap, an entry for each request would make every
 * collection walk the whole table: a quarter of what a request costs.
 */
const PASSED_AS = Symbol('passed as');

interface Passed extends IncomingMessage {
  [PASSED_AS]?: GateReport;
}

function remember(req: Passed, report: GateReport): void {
  req[PASSED_AS] = report;
}

const passedAs = (req: Passed): GateReport | undefined => req[PASSED_AS];
