/** The lock file works with whatever registry a machine is told to use. @module */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './sources.ts';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly integrity?: string }>
  >;
}
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

it('records no download address', () => {
  expect(
    packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
  ).toEqual([]);
});

it('records a checksum of every package', () => {
  expect(
    packages.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path),
  ).toEqual([]);
});
