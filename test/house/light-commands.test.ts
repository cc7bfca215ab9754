/** Help, a version and a refused configuration come at once: no command loads the door for them. @module */
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readSources, withoutComments } from './sources.ts';

const HEAVY = /^src\/(?:store|door|process|cluster|auth|routing|proxy|telemetry)\//;
/** What is loaded with a file: neither types nor what is imported on the way. */
const LOADED = /^(?:import|export)\s(?!type\b)(?:[^;'"]*?\sfrom\s*)?['"](\.[^'"]+)['"]/gm;

const texts = new Map(readSources('src').map(({ path, text }) => [path, withoutComments(text)]));
const loadedBy = (path: string): readonly string[] =>
  [...(texts.get(path) ?? '').matchAll(LOADED)].map(([, to = '']) => join(dirname(path), to));

it('loads neither the store nor the door with the command line', () => {
  const reached = new Set(['src/cli/program.ts']);
  for (const path of reached) for (const next of loadedBy(path)) reached.add(next);
  expect(reached.size).toBeGreaterThan(50);
  expect([...reached].filter((path) => HEAVY.test(path))).toEqual([]);
});
