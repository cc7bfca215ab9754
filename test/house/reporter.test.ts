/** The closing line can be believed: nothing that went wrong is missing from it. @module */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-reporter-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['reporter.ts', 'programs.ts'])
    cpSync(join(ROOT, 'test', name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one test file under the reporter; returns its exit status and closing lines. */
function report(test: string, env: Record<string, string> = {}) {
  const head = `import { beforeAll, describe, it } from 'vitest';\nimport { describeWith } from './programs.ts';\n`;
  writeFileSync(join(folder, 'a.test.ts'), head + test);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', folder, '--reporter', './reporter.ts'];
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  } as const;
  const { status, stdout } = spawnSync(process.execPath, args, options);
  const lines = stdout.split('\n').filter((line) => /^skipped |^\d+ passed/.test(line));
  return { status, lines, last: stdout.trimEnd().split('\n').at(-1) };
}

const SKIPPED = `it('runs', () => {});\ndescribeWith(['no-such-program'], 'a suite', () => { it('waits', () => {}); });`;

it('counts what passed', () => {
  const last = '1 passed, 0 failed, 0 skipped';
  expect(report(`it('runs', () => {});`)).toEqual({ status: 0, lines: [last], last });
});

it('names the program that a skipped test needs', () => {
  const last = '1 passed, 0 failed, 1 skipped';
  const lines = ['skipped 1: no-such-program is not installed', last];
  expect(report(SKIPPED)).toEqual({ status: 0, lines, last });
});

it('takes a skip for a failure where CI=true', () => {
  expect(report(SKIPPED, { CI: 'true' }).status).toBe(1);
});

it.each([
  ['a failing test', `it('fails', () => { throw new Error('x'); });`],
  ['a file that does not load', `import './nowhere.ts';`],
  [
    'a hook that throws',
    `describe('a', () => { beforeAll(() => { throw new Error('x'); }); it('b', () => {}); });`,
  ],
  [
    'an error outside of every test',
    `it('a', async () => { setTimeout(() => { throw new Error('x'); }, 1); await new Promise((r) => setTimeout(r, 50)); });`,
  ],
])('counts %s as a failure', (_what, test) => {
  const { status, last } = report(test);
  expect(status).toBe(1);
  expect(last).toMatch(/^\d+ passed, [1-9]\d* failed, 0 skipped$/);
});
