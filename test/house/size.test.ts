/** Files stay short enough to be read. @module */
import { expect, it } from 'vitest';
import { readSources } from './sources.ts';

const MAX_LINES = 400;
/** Lists rather than logic: they grow with what they describe. */
const EXEMPT = /schema|migrations\//;

it('has no file above 400 lines', () => {
  const tooLong = [...readSources('src'), ...readSources('test')]
    .filter(({ path }) => !EXEMPT.test(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES);
  expect(tooLong).toEqual([]);
});
