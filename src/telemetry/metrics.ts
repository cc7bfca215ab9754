/** The metrics of one process. They outlive every configuration that it runs. @module */
import { type ErrorCode, STATUS } from '../core/errors.ts';
import type { Snapshot } from './exposition.ts';
import type { CallMeter } from './measured-store.ts';
import {
  Counter,
  counterFamily,
  Durations,
  histogramFamily,
  type MetricFamily,
} from './metric-family.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { type ReadingSource, readGauges } from './readings.ts';
import { RequestCounts } from './request-counts.ts';

/** What a change of the configuration came to, in the words of the label. */
export type ReloadLabel = 'applied' | 'refused';

/** Where the house counts; nothing here waits, fails or keeps what a client said. */
export interface Metrics {
  readonly requests: RequestCounts;
  readonly store: CallMeter;
  /** Look-ups among verified seals. */
  readonly seals: { hits: number; misses: number };
  /** One answer of the door's own in place of an upstream's. */
  refused(code: ErrorCode): void;
  /** One exchange that failed; only the upstream's own faults count. */
  upstreamFailed(route: string, code: ErrorCode): void;
  /** One attempt to prove something, e.g. `sign-in`, `refused`; words from closed lists. */
  attempted(kind: string, outcome: string): void;
  /** One change of the configuration while the process runs. */
  reloaded(outcome: ReloadLabel): void;
  /** Asks `read` at each snapshot; returns how to stop. */
  watch(read: ReadingSource): () => void;
  /** Everything so far, as plain JSON. */
  snapshot(): Promise<Snapshot>;
}

/** Which release this is. */
export interface Build {
  readonly version: string;
  /** Node's, e.g. `24.21.0`. */
  readonly node: string;
}

/** Faults of an upstream, as the label says them. */
const UPSTREAM_REASONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  E_UPSTREAM_UNREACHABLE: 'unreachable',
  E_UPSTREAM_PROTOCOL: 'protocol',
  E_UPSTREAM_TIMEOUT: 'timeout',
};

const RELOAD_LABELS: readonly ReloadLabel[] = ['applied', 'refused'];

/** Builds the metrics of this process, all at zero. */
export function createMetrics(build: Build): Metrics {
  const counters = createCounters();
  const requests = new RequestCounts();
  const store = new StoreCalls();
  const seals = { hits: 0, misses: 0 };
  const sources = new Set<ReadingSource>();
  const readProcess = createProcessMetrics();
  return {
    requests,
    store,
    seals,
    refused(code) {
      counters.refusals.of(code).count += 1;
    },
    upstreamFailed(route, code) {
      const reason = UPSTREAM_REASONS[code];
      if (reason !== undefined) counters.upstreamErrors.of(route, reason).count += 1;
    },
    attempted(kind, outcome) {
      counters.attempts.of(kind, outcome).count += 1;
    },
    reloaded(outcome) {
      counters.reloads.of(outcome).count += 1;
    },
    watch(read) {
      sources.add(read);
      return () => void sources.delete(read);
    },
    async snapshot() {
      return [
        buildInfo(build),
        ...requests.families(),
        ...Object.values(counters).map((counter) => counter.family()),
        sealLookups(seals),
        ...store.families(),
        ...(await readGauges(sources)),
        ...(await readProcess()),
      ];
    },
  };
}

function createCounters() {
  const counters = {
    refusals: new Counter(
      'sallyport_refusals_total',
      "Answers of the door's own in place of an upstream's, by error code.",
      ['code'],
    ),
    upstreamErrors: new Counter(
      'sallyport_upstream_errors_total',
      'Exchanges that failed through their upstream, by route and reason.',
      ['route', 'reason'],
    ),
    attempts: new Counter(
      'sallyport_attempts_total',
      'Attempts to sign in or to prove something else, by kind and outcome.',
      ['kind', 'outcome'],
    ),
    reloads: new Counter(
      'sallyport_config_reloads_total',
      'Changes of the configuration while the door ran, by outcome.',
      ['outcome'],
    ),
  };
  // Of what is there from the start, the first increase can be seen too.
  for (const code of Object.keys(STATUS)) counters.refusals.of(code);
  for (const outcome of RELOAD_LABELS) counters.reloads.of(outcome);
  return counters;
}

function sealLookups({ hits, misses }: Metrics['seals']): MetricFamily {
  return counterFamily(
    'sallyport_seal_cache_lookups_total',
    'Session cookies looked up among the verified ones, by outcome.',
    [
      { labels: { outcome: 'hit' }, value: hits },
      { labels: { outcome: 'miss' }, value: misses },
    ],
  );
}

function buildInfo({ version, node }: Build): MetricFamily {
  return {
    name: 'sallyport_build_info',
    help: 'Always 1; the labels say which release runs on which Node.',
    type: 'gauge',
    aggregator: 'max',
    values: [{ labels: { version, node }, value: 1 }],
  };
}

const STORE_BOUNDS_SEC = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** How long the store takes, by operation. */
class StoreCalls implements CallMeter {
  readonly #durations = new Map<string, Durations>();
  readonly #failures = new Counter(
    'sallyport_store_failures_total',
    'Calls that the store did not answer, by operation.',
    ['operation'],
  );

  observe(operation: string, seconds: number, outcome: 'answered' | 'failed'): void {
    let durations = this.#durations.get(operation);
    if (durations === undefined) {
      durations = new Durations(STORE_BOUNDS_SEC);
      this.#durations.set(operation, durations);
    }
    durations.observe(seconds);
    const failures = this.#failures.of(operation);
    if (outcome === 'failed') failures.count += 1;
  }

  families(): readonly MetricFamily[] {
    const name = 'sallyport_store_duration_seconds';
    const samples = [...this.#durations].flatMap(([operation, durations]) =>
      durations.samples(name, { operation }),
    );
    const help = 'Time that the store took for a call, failed ones included, by operation.';
    return [histogramFamily(name, help, samples), this.#failures.family()];
  }
}
