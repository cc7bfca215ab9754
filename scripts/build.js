/** Builds `dist/` when a source is newer than it; `npm start` and `npm test` call this. @module */
import { spawnSync } from 'node:child_process';
import { globSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

const STAMP = 'dist/.built';
const newest = Math.max(
  ...[...globSync('src/**/*.{ts,tsx}'), 'tsconfig.json', 'package.json'].map(
    (f) => statSync(f).mtimeMs,
  ),
);
const stamped = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (stamped < newest) {
  rmSync('dist', { recursive: true, force: true });
  const { status } = spawnSync('tsc', ['-p', '.'], { stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(STAMP, '');
  // The stamp is as old as the newest source, so that an edit during the build counts.
  utimesSync(STAMP, newest / 1000, newest / 1000);
}
