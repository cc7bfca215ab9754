/** Where audit events go: into the log, and into the numbers. @module */
import type { AuditSink } from '../audit/events.ts';
import { createLogSink } from '../audit/sinks.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Builds the sink. Of an attempt its kind and its outcome are counted, never who it was. */
export function createAuditTrail(deps: {
  readonly log: Log;
  readonly metrics?: Pick<Metrics, 'attempted'> | undefined;
}): AuditSink {
  const note = createLogSink(deps.log);
  const { metrics } = deps;
  if (metrics === undefined) return note;
  return (event) => {
    if ('outcome' in event) metrics.attempted(event.type, event.outcome);
    note(event);
  };
}
