/** What every Node process can say about itself: memory, CPU, the event loop. @module */
import { performance } from 'node:perf_hooks';
import { collectDefaultMetrics, Registry } from '@prometheus-io/client';
import { type Aggregator, counterFamily, type MetricFamily } from './metric-family.ts';

/**
 * What the library measures and we leave out: quantiles and ratios that mean nothing once
 * several processes are added up, and gauges whose names say that they are counters.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_utilization_histogram',
  'nodejs_eventloop_utilization_summary',
]);

/** Of several processes the youngest tells of a restart, and the slowest of a jam. */
const AGGREGATORS: Readonly<Record<string, Aggregator>> = {
  process_start_time_seconds: 'max',
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
};

/** The library would look ten times a second at what is left out. */
const SELDOM_MS = 3_600_000;

/** Begins to observe this process; once is enough, and it never ends. */
export function createProcessMetrics(): () => Promise<readonly MetricFamily[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopUtilizationTimeout: SELDOM_MS });
  for (const name of LEFT_OUT) registry.removeSingleMetric(name);
  return async () => {
    const families = await registry.getMetricsAsJSON();
    return [...families.map((family) => tidy(family as MetricFamily)), eventLoopTime()];
  };
}

/** Before the first observation some values are no numbers, and JSON has no word for that. */
function tidy({ name, help, type, aggregator, values }: MetricFamily): MetricFamily {
  return {
    name,
    help,
    type,
    aggregator: AGGREGATORS[name] ?? aggregator,
    values: values.flatMap(({ labels, value, metricName }) =>
      Number.isFinite(value) ? [{ labels, value, ...(metricName && { metricName }) }] : [],
    ),
  };
}

function eventLoopTime(): MetricFamily {
  const value = performance.eventLoopUtilization().active / 1000;
  return counterFamily(
    'sallyport_event_loop_active_seconds_total',
    'Time in which the event loop had work; its rate is how busy the process is, 1 being full.',
    [{ labels: {}, value }],
  );
}
