/** Time, chance and surroundings come in as arguments. @module */
import { expect, it } from 'vitest';
import { readSources, withoutComments } from './sources.ts';

const COMPOSITION = /^src\/(main|dev)\.ts$|^src\/(cli|process)\//;
/** Scripts of pages run in a browser, the client in other programs. */
const PORTS =
  /^src\/core\/ports\.ts$|^src\/demo\/script\.ts$|^src\/auth\/views\/[a-z-]+-script\.ts$|^src\/client\//;

it.each([
  ['the time', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/, PORTS],
  ['how long something takes', /\bperformance\.now\b|\bhrtime\b/, PORTS],
  [
    'chance',
    /\bMath\.random\b|\brandom(?:Bytes|UUID|Int|FillSync|Fill)\b|\bgetRandomValues\b/,
    PORTS,
  ],
  ['the environment', /\bprocess\.env\b/, COMPOSITION],
  ['the end of the process', /\bprocess\.exit(?:Code)?\b/, COMPOSITION],
])('only its port reads %s', (_what, pattern, allowed) => {
  const offenders = readSources('src')
    .filter(({ path }) => !allowed.test(path))
    .flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
  expect(offenders).toEqual([]);
});
