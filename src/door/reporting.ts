/** What becomes of a request, told to the client, the log and the numbers. @module */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import type { ForwarderDeps } from '../proxy/contract.ts';
import type { Failure, FailureRenderer } from '../routing/contract.ts';
import type { GateReport } from '../routing/report.ts';
import type { AppDeps } from './contract.ts';
import { createRequestCounter } from './count-requests.ts';
import { createRequestLog } from './log-requests.ts';
import { createFailureRenderer } from './render-failure.tsx';
import type { Visitors } from './visitors.ts';

/** Whom gate and forwarder speak to. */
export interface Reporting {
  /** Our own answers. */
  readonly failures: FailureRenderer;
  /** Hears of each request once, when its decision stands. */
  readonly report: (report: GateReport) => void;
  /** Hears of what was forwarded: how it ended, or why it failed. */
  readonly exchanges: Pick<ForwarderDeps, 'fail' | 'failUpgrade' | 'report' | 'meter'>;
}

/** Builds the reporting of one configuration; numbers are counted where the process has some. */
export function createReporting(
  deps: AppDeps,
  { isSecure }: Pick<Visitors, 'isSecure'>,
): Reporting {
  const { config, log, clock, metrics } = deps;
  const failures = createFailureRenderer({
    prefix: config.prefix,
    isSecure,
    publicUrl: config.publicUrl,
  });
  const requestLog = createRequestLog({
    log,
    clock,
    requests: config.log.requests,
    codesBelow: config.compat.codeCheck?.path,
  });
  const { reportOf } = requestLog;
  const counter = metrics && createRequestCounter({ metrics, clock, reportOf });
  const failureOf = (req: IncomingMessage, code: ErrorCode): Failure => {
    counter?.refused(code);
    const context = reportOf(req)?.context;
    return { code, ...(context && { context }) };
  };
  return {
    failures,
    report(report) {
      requestLog.request(report);
      counter?.request(report);
    },
    exchanges: {
      fail: (req, res, code) => failures.render(req, res, failureOf(req, code)),
      failUpgrade: (req, socket, code) => failures.renderUpgrade(req, socket, failureOf(req, code)),
      report(req, code, cause) {
        requestLog.upstreamFailure(req, code, cause);
        counter?.upstreamFailed(req, code);
      },
      meter: counter,
    },
  };
}
