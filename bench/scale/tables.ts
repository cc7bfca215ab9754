/** The figures of `npm run bench -- scale` as Markdown. @module */
import { median } from '../load.ts';
import { table } from '../tables.ts';
import type { AtSize } from './at-size.ts';
import type { Growth } from './growth.ts';
import type { WriterRow } from './one-writer.ts';
import type { Questions } from './questions.ts';
import type { Rate } from './rates.ts';
import { cpuRatio, type WorkersRow } from './workers.ts';

/** Everything that one run has measured. */
export interface ScaleFigures {
  readonly workers: readonly WorkersRow[];
  readonly questions: readonly Questions[];
  readonly growth: readonly Growth[];
}

export const workersTable = (rows: readonly WorkersRow[]): string =>
  table(
    [
      'CPU µs/request, requests/s, RSS MB',
      ...['one worker', 'two workers', 'two doors'],
      ...['two workers / one', 'two workers / two doors'],
    ],
    rows.map((row) => {
      const { 'one worker': one, 'two workers': two, 'two doors': doors } = row.subjects;
      return [
        row.load,
        ...[one, two, doors].map(({ cpuUs, requestsPerSec, rssKb }) =>
          [median(cpuUs).toFixed(1), requestsPerSec.toFixed(0), (rssKb / 1024).toFixed(0)].join(
            ', ',
          ),
        ),
        cpuRatio(row, 'two workers', 'one worker').toFixed(2),
        cpuRatio(row, 'two workers', 'two doors').toFixed(2),
      ];
    }),
  );

export const questionsTable = (rows: readonly Questions[]): string =>
  table(
    ['store', 'request, signed in', 'sign-in', 'sign-out', 'idle, a second', 'idle CPU ms/s'],
    rows.map((row) => [
      `${row.kind}, ${row.kind === 'SQLite' ? 'statements' : 'round-trips'}`,
      ...[row.perRequest, row.perSignIn, row.perSignOut].map(String),
      row.idle.toFixed(1),
      row.idleCpuMs.toFixed(1),
    ]),
  );

export const ratesTable = (rows: readonly Rate[]): string =>
  table(
    ['16 people at once', 'sign-ins/s', 'CPU ms/sign-in', 'sign-outs/s'],
    rows.map(({ kind, hasPassword, signInsPerSec, cpuMs, signOutsPerSec }) => [
      `${kind}, ${hasPassword ? 'password and code' : 'code alone'}`,
      ...[signInsPerSec.toFixed(0), cpuMs.toFixed(1), signOutsPerSec.toFixed(0)],
    ]),
  );

export const growthTable = (rows: readonly Growth[], size: string): string =>
  table(
    [size, 'ms, empty', 'ms, full', 'ratio'],
    rows.map(({ kind, work, emptyMs, fullMs, ratio }) => [
      `${kind}, ${work}`,
      ...[emptyMs, fullMs, ratio].map((value) => value.toFixed(2)),
    ]),
  );

export const atSizeTable = (rows: readonly AtSize[], size: string): string =>
  table(
    [size, ...rows.map(({ kind }) => kind)],
    [
      line('100,000 ended sessions read at a start, ms', rows, 'feedMs'),
      line('everybody listed, ms', rows, 'listMs'),
      line('sessions counted for /metrics, up to 100,000, ms', rows, 'countMs'),
      line('every session purged, s', rows, 'purgeMs', 1000),
      line('a sign-in before, ms', rows, 'quietSignInMs'),
      line('a sign-in meanwhile, ms', rows, 'signInMs'),
      line('the slowest of those, ms', rows, 'slowestMs'),
    ],
  );

function line(
  what: string,
  rows: readonly AtSize[],
  field: Exclude<keyof AtSize, 'kind'>,
  divisor = 1,
): readonly string[] {
  return [what, ...rows.map((row) => (row[field] / divisor).toFixed(divisor === 1 ? 1 : 0))];
}

export const writersTable = (rows: readonly WriterRow[]): string =>
  table(
    ['two processes on PostgreSQL', 'lock', 'serializable', 'serializable, no scans'],
    rows.flatMap(({ work, ways }) => [
      [`${work}, a second`, ...ways.map(({ perSec }) => perSec.toFixed(0))],
      ['transactions undone meanwhile', ...ways.map(({ undone }) => String(undone))],
    ]),
  );

/** What the product promises of several processes and of big stores, each with its bound. */
export function scalePromises({ workers, questions, growth }: ScaleFigures): string {
  const worst = (work: RegExp) =>
    Math.max(...growth.filter((row) => work.test(row.work)).map(({ ratio }) => ratio));
  const most = (field: Exclude<keyof Questions, 'kind'>) =>
    Math.max(...questions.map((row) => row[field]));
  return table(
    ['promise', 'measured', 'at most'],
    [
      ...workers.map((row) => [
        `CPU per request, two workers / one, ${row.load}`,
        cpuRatio(row, 'two workers', 'one worker').toFixed(2),
        '1.10',
      ]),
      ['the database asked per request, signed in', String(most('perRequest')), '0'],
      ['the database asked per sign-in', String(most('perSignIn')), '23'],
      ['the database asked per sign-out', String(most('perSignOut')), '10'],
      ['the database asked per idle second', most('idle').toFixed(1), '1.2'],
      ['sign-in, full store / empty', worst(/sign-in/).toFixed(2), '1.50'],
      ['ending sessions, full store / empty', worst(/sign-out|sessions/).toFixed(2), '1.50'],
    ],
  );
}
