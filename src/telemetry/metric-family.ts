/** Numbers that cost nothing to count, and the form in which they are handed out. @module */

/** How the values of several processes become one. */
export type Aggregator = 'sum' | 'max' | 'min' | 'average' | 'first';

/** Names and values of labels; closed sets or names from the configuration, never a client's words. */
export type Labels = Readonly<Record<string, string | number>>;

/** One line of the exposition. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** For the lines of a histogram, whose names have a suffix. */
  readonly metricName?: string;
}

/** One metric with all its lines; plain JSON, in the library's own form. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: Aggregator;
  readonly values: readonly Sample[];
}

/** A number that grows: `tally.count += 1`. */
export interface Tally {
  count: number;
}

/** Tallies of one metric, one for each set of label values. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labelNames: readonly string[];
  readonly #tallies = new Map<string, Tally & { readonly labels: Labels }>();

  /** @param labelNames  in the order in which {@link of} takes their values */
  constructor(name: string, help: string, labelNames: readonly string[] = []) {
    this.#name = name;
    this.#help = help;
    this.#labelNames = labelNames;
  }

  /** The tally of these label values; asked for once and kept where it is counted often. */
  of(...values: readonly string[]): Tally {
    const key = values.join('\n');
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { count: 0, labels: labelled(this.#labelNames, values) };
      this.#tallies.set(key, tally);
    }
    return tally;
  }

  /** What has been counted so far. */
  family(): MetricFamily {
    const values = [...this.#tallies.values()].map(({ labels, count }) => ({
      labels,
      value: count,
    }));
    return counterFamily(this.#name, this.#help, values);
  }
}

/** A family of numbers that only grow. */
export function counterFamily(name: string, help: string, values: readonly Sample[]): MetricFamily {
  return { name, help, type: 'counter', aggregator: 'sum', values };
}

function labelled(names: readonly string[], values: readonly string[]): Labels {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}

/** How long things took, in buckets. */
export class Durations {
  readonly #bounds: readonly number[];
  /** One for each bound and one for what is beyond the last; not cumulative. */
  readonly #counts: number[];
  #sumSec = 0;

  /** @param boundsSec  upper bounds in seconds, ascending */
  constructor(boundsSec: readonly number[]) {
    this.#bounds = boundsSec;
    this.#counts = new Array<number>(boundsSec.length + 1).fill(0);
  }

  /** Counts one; a clock that was put back makes it take no time. */
  observe(seconds: number): void {
    const bounds = this.#bounds;
    const counts = this.#counts;
    let i = 0;
    while (i < bounds.length && seconds > (bounds[i] as number)) i += 1;
    counts[i] = (counts[i] as number) + 1;
    if (seconds > 0) this.#sumSec += seconds;
  }

  /** The lines of a histogram: cumulative buckets, sum and count. */
  samples(name: string, labels: Labels): readonly Sample[] {
    let count = 0;
    const buckets = this.#counts.map((inBucket, i): Sample => {
      count += inBucket;
      const le = this.#bounds[i] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sumSec },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/** A family of histograms. */
export function histogramFamily(
  name: string,
  help: string,
  values: readonly Sample[],
): MetricFamily {
  return { name, help, type: 'histogram', aggregator: 'sum', values };
}
