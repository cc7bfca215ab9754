/** Whoever starts the door starts it as `npm start` does: that is what was measured. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const flagsIn = (text: string | undefined) => text?.match(/--[\w-]+=\d+/g) ?? [];

const usual = flagsIn(JSON.parse(read('package.json')).scripts.start);

it('names the sizes of the young generation in npm start', () => {
  expect(usual).toHaveLength(2);
});

it.each([
  ['Dockerfile', /^ENTRYPOINT .*$/m],
  ['examples/sallyport.service', /^ExecStart=.*$/m],
])('gives the same to Node in %s', (file, line) => {
  expect(flagsIn(line.exec(read(file))?.[0])).toEqual(usual);
});
