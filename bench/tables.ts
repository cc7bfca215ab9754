/** The bench's figures as Markdown. @module */
import { median } from './load.ts';
import type { Row } from './requests.ts';
import type { Transfer } from './transfers.ts';

/** One row for each subject. */
export function requestTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, sample }) => [
    name,
    sample.cpuUs.toFixed(1),
    sample.requestsPerSec.toFixed(0),
    sample.p50Ms.toFixed(2),
    sample.p99Ms.toFixed(2),
    (sample.rssKb / 1024).toFixed(0),
  ]);
  return table(['subject', 'CPU µs/request', 'requests/s', 'p50 ms', 'p99 ms', 'RSS MB'], lines);
}

/** One row for each transfer. */
export function transferTable(rows: readonly Transfer[]): string {
  const lines = rows.map(({ name, cpuSecPerGb, growthMb }) => [
    name,
    cpuSecPerGb.toFixed(2),
    growthMb.toFixed(0),
  ]);
  return table(['transfer', 'CPU s/GB', 'peak growth MB'], lines);
}

/** Everything that one run has measured. */
export interface Figures {
  readonly rows: readonly Row[];
  readonly transfers: readonly Transfer[];
  readonly perSocketKb: number;
}

/** What the product promises, each with its bound. */
export function promisesOf({ rows, transfers, perSocketKb }: Figures): string {
  const ratio = (name: string, other: string) =>
    ratioOf(found(rows, name), found(rows, other)).toFixed(2);
  const authentication =
    ratioOf(found(rows, 'door, signed in'), found(rows, 'door, public route')) - 1;
  const perGb = (name: string) => found(transfers, name).cpuSecPerGb;
  const download = perGb('door, download 1 GiB') / perGb('http-proxy 1.18.1, download 1 GiB');
  const growth = (gib: number) => found(transfers, `door, download ${gib} GiB`).growthMb;
  return table(
    ['promise', 'measured', 'at most'],
    [
      ['signed in / http-proxy 1.18.1', ratio('door, signed in', 'http-proxy 1.18.1'), '0.65'],
      ['signed in / Caddy', ratio('door, signed in', 'Caddy reverse_proxy'), '0.85'],
      ['authentication / public route', authentication.toFixed(2), '0.10'],
      ['check / bare node:http', ratio('door, /_auth/check', 'bare node:http'), '1.80'],
      ['download CPU / http-proxy 1.18.1', download.toFixed(2), '0.90'],
      ['growth in a download of 1 GiB, MB', growth(1).toFixed(0), '80'],
      ['growth in a download of 4 GiB, MB', growth(4).toFixed(0), '80'],
      ['memory of an idle WebSocket, KB', perSocketKb.toFixed(0), '60'],
    ],
  );
}

/**
 * The CPU of one subject for that of another: the median over the rounds, each of which
 * compares two samples taken one after the other. A quotient of two medians would compare
 * a quiet round of one with a noisy round of the other.
 */
function ratioOf(row: Row, other: Row): number {
  return median(row.rounds.map(({ cpuUs }, at) => cpuUs / (other.rounds[at]?.cpuUs ?? Number.NaN)));
}

function found<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`nothing was measured for ${name}`);
  return row;
}

/** A table whose columns but the first are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}
