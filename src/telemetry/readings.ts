/** What is looked up when somebody asks, rather than counted as it happens. @module */
import type { Aggregator, MetricFamily } from './metric-family.ts';

/** How many or how much of something there is at this moment; what nobody knows is left out. */
export interface Readings {
  readonly sessions?: number;
  readonly webSockets?: number;
  readonly eventStreams?: number;
  readonly sealEntries?: number;
  readonly revocations?: number;
  /** Since the revocation feed last answered. */
  readonly feedSilenceSec?: number;
  /** 1 or 0. */
  readonly ready?: number;
  readonly notes?: number;
}

/** Reads them; may fail, and is then passed over. */
export type ReadingSource = () => Readings | Promise<Readings>;

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly aggregator: 'sum' | 'max' | 'min';
}

/** Sockets are each process's own; the store, and what is known of it, is everybody's. */
const GAUGES: Readonly<Record<keyof Readings, Gauge>> = {
  sessions: {
    name: 'sallyport_sessions_active',
    help: 'Sessions in the store that have not ended; counted at most every 15 s, up to 100000.',
    aggregator: 'max',
  },
  webSockets: {
    name: 'sallyport_websockets_open',
    help: 'WebSockets open at this moment.',
    aggregator: 'sum',
  },
  eventStreams: {
    name: 'sallyport_event_streams_open',
    help: 'Event streams open at this moment.',
    aggregator: 'sum',
  },
  sealEntries: {
    name: 'sallyport_seal_cache_entries',
    help: 'Cookies whose seal is remembered as verified.',
    aggregator: 'sum',
  },
  revocations: {
    name: 'sallyport_revocations_known',
    help: 'Ended sessions whose cookies would not have expired by themselves yet.',
    aggregator: 'max',
  },
  feedSilenceSec: {
    name: 'sallyport_revocation_feed_silence_seconds',
    help: 'Time since the store last told which sessions have ended.',
    aggregator: 'max',
  },
  ready: {
    name: 'sallyport_ready',
    help: 'Whether requests should be sent here: 1 or 0, as readyz says.',
    aggregator: 'min',
  },
  notes: {
    name: 'sallyport_health_notes',
    help: 'Things that an operator should look at although the door serves.',
    aggregator: 'max',
  },
};

const COMBINE: Readonly<Record<Gauge['aggregator'], (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

/** Asks every source, and combines what they say as the processes' gauges are combined. */
export async function readGauges(
  sources: Iterable<ReadingSource>,
): Promise<readonly MetricFamily[]> {
  const settled = await Promise.allSettled([...sources].map(async (read) => read()));
  const readings = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return Object.entries(GAUGES).map(([key, { name, help, aggregator }]) => {
    const known = readings.flatMap((reading) => reading[key as keyof Readings] ?? []);
    const values = known.length === 0 ? [] : [known.reduce(COMBINE[aggregator])];
    return gaugeFamily({ name, help, aggregator }, values);
  });
}

function gaugeFamily(
  { name, help, aggregator }: { name: string; help: string; aggregator: Aggregator },
  values: readonly number[],
): MetricFamily {
  const samples = values.map((value) => ({ labels: {}, value }));
  return { name, help, type: 'gauge', aggregator, values: samples };
}
