/** Nothing of one machine, and no secret, gets into the project's files. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listProjectFiles, ROOT } from './sources.ts';

/** Spelled in two parts, so that this file does not find itself. */
const word = (...parts: readonly string[]) => parts.join('');
const PATTERNS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["one machine's folders", new RegExp(word('(?<![\\w.-])/(?:home|root|Users|wo', 'rk)/'))],
  [
    "a registry's address",
    new RegExp(word('registry\\.npm', 'js|npm', 'mirror|registry\\.[a-z]+\\.'), 'i'),
  ],
  ['a private key', new RegExp(word('^-----BEGIN [A-Z ]*PRIVATE', ' KEY-----'))],
  [
    'an unfinished thought',
    new RegExp(word('\\b(?:FIX', 'ME|XX', 'X)\\b|\\bTO', 'DO(?!\\(#\\d+\\))')),
  ],
];
const TEXT = /\.(?:ts|tsx|js|json|md|ya?ml|service|conf|css|html|sh)$|^(?:Dockerfile|\.ci\/run)$/;

it.each(PATTERNS)('holds nothing of %s', (_what, pattern) => {
  const offenders = listProjectFiles()
    .filter((path) => TEXT.test(path) && path !== 'package-lock.json')
    .flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
  expect(offenders).toEqual([]);
});
