/** Requests by what was decided about them, and how long their answers took. @module */
import type { ErrorCode } from '../core/errors.ts';
import {
  counterFamily,
  Durations,
  histogramFamily,
  type Labels,
  type MetricFamily,
} from './metric-family.ts';
import { type DecisionLabel, REFUSAL_KINDS } from './refusal-kinds.ts';

const REQUESTS = 'sallyport_requests_total';
const DURATIONS = 'sallyport_request_duration_seconds';

/** Stands for the route where none was found, or where none is looked for. */
const NO_ROUTE = 'none';

/** By the first digit of the status; the first is for those who left before any answer. */
const STATUS_CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

const BOUNDS_SEC = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** One route and one decision. */
interface Row {
  readonly labels: Labels;
  /** By {@link STATUS_CLASSES}. */
  readonly counts: number[];
  readonly durations: Durations;
  hasDurations: boolean;
}

/**
 * Counts requests. A signed-in request is counted with one look-up by its route's name
 * and a few additions; what a scrape needs is made when it comes.
 */
export class RequestCounts {
  /** Apart from the others, since here the route alone is the key. */
  readonly #forwarded = new Map<string, Row>();
  readonly #others = new Map<string, Row>();

  /**
   * Counts one exchange with an upstream.
   *
   * @param status   0 when the client left before an answer began
   * @param seconds  from the decision to the end of the answer; undefined for what lives on
   */
  forwarded(route: string, status: number, seconds: number | undefined): void {
    let row = this.#forwarded.get(route);
    if (row === undefined) {
      row = createRow(route, 'forward');
      this.#forwarded.set(route, row);
    }
    add(row, status, seconds);
  }

  /** Counts one request for a page or an API of the door's own. */
  own(status: number, seconds: number): void {
    add(this.#row(NO_ROUTE, 'own'), status, seconds);
  }

  /** Counts one question of a gateway that was answered with yes. */
  allowed(route: string | undefined): void {
    add(this.#row(route ?? NO_ROUTE, 'allow'), 200, undefined);
  }

  /** Counts one refusal by the kind of its code. */
  refused(route: string | undefined, code: ErrorCode, status: number): void {
    add(this.#row(route ?? NO_ROUTE, REFUSAL_KINDS[code]), status, undefined);
  }

  /** Everything counted so far. */
  families(): readonly MetricFamily[] {
    const rows = [...this.#forwarded.values(), ...this.#others.values()];
    const requests = rows.flatMap(({ labels, counts }) =>
      counts.flatMap((value, i) =>
        value === 0 ? [] : [{ labels: { ...labels, status: STATUS_CLASSES[i] ?? '' }, value }],
      ),
    );
    const durations = rows
      .filter(({ hasDurations }) => hasDurations)
      .flatMap((row) => row.durations.samples(DURATIONS, row.labels));
    return [
      counterFamily(REQUESTS, 'Requests by route, decision and class of the status.', requests),
      histogramFamily(
        DURATIONS,
        'Time from the decision to the end of the answer; WebSockets and event streams excepted.',
        durations,
      ),
    ];
  }

  #row(route: string, decision: DecisionLabel): Row {
    const key = `${decision}\n${route}`;
    let row = this.#others.get(key);
    if (row === undefined) {
      row = createRow(route, decision);
      this.#others.set(key, row);
    }
    return row;
  }
}

function createRow(route: string, decision: DecisionLabel): Row {
  return {
    labels: { route, decision },
    counts: STATUS_CLASSES.map(() => 0),
    durations: new Durations(BOUNDS_SEC),
    hasDurations: false,
  };
}

function add(row: Row, status: number, seconds: number | undefined): void {
  const digit = Math.trunc(status / 100);
  // An upstream may answer 999; no class is made up for it.
  const at = digit < STATUS_CLASSES.length ? digit : STATUS_CLASSES.length - 1;
  row.counts[at] = (row.counts[at] as number) + 1;
  if (seconds === undefined) return;
  row.hasDurations = true;
  row.durations.observe(seconds);
}
