/** Tells the metrics of every request once, when its end is known. @module */
import type { IncomingMessage } from 'node:http';
import { type ErrorCode, STATUS } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { ExchangeMeter } from '../proxy/contract.ts';
import type { GateReport } from '../routing/report.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Hears what gate and forwarder have to say. */
export interface RequestCounter extends ExchangeMeter {
  /** The decision stands; what is forwarded is counted at its end. */
  request(report: GateReport): void;
  /** The door answers in place of the upstream, after the decision. */
  refused(code: ErrorCode): void;
  /** An exchange failed after the decision. */
  upstreamFailed(req: IncomingMessage, code: ErrorCode): void;
}

/** What requests are counted with. */
export interface RequestCounterDeps {
  readonly metrics: Pick<Metrics, 'requests' | 'refused' | 'upstreamFailed'>;
  readonly clock: Clock;
  /** The decision about a request that was let through. */
  readonly reportOf: (req: IncomingMessage) => GateReport | undefined;
}

/**
 * Builds the counter. Times are whole milliseconds of the clock that the gate has read
 * already: too long as often as too short, so that sums and averages are right.
 */
export function createRequestCounter(deps: RequestCounterDeps): RequestCounter {
  const { metrics, clock, reportOf } = deps;
  const { requests } = metrics;
  const secondsSince = (ms: number) => (clock.nowMs() - ms) / 1000;
  return {
    request(report) {
      const { outcome, route, res, decidedAtMs } = report;
      if (outcome === 'forward') {
        if (report.isQuestion) requests.allowed(route?.name);
        return;
      }
      const code = outcome === 'own' ? undefined : outcome;
      if (code !== undefined) metrics.refused(code);
      const count = (status: number) => {
        if (code === undefined) requests.own(status, secondsSince(decidedAtMs));
        else requests.refused(route?.name, code, status);
      };
      // A handshake or rubbish: what is written to a bare socket has the code's own status.
      if (res === undefined) count(STATUS[code ?? 'E_UNROUTED']);
      else res.once('close', () => count(res.headersSent ? res.statusCode : 0));
    },
    refused: metrics.refused,
    upstreamFailed(req, code) {
      const route = reportOf(req)?.route;
      if (route !== undefined) metrics.upstreamFailed(route.name, code);
    },
    ended(req, status) {
      const report = reportOf(req);
      if (report?.route === undefined) return;
      requests.forwarded(report.route.name, status, secondsSince(report.decidedAtMs));
    },
    livesOn(req, status) {
      const route = reportOf(req)?.route;
      if (route !== undefined) requests.forwarded(route.name, status, undefined);
    },
  };
}
