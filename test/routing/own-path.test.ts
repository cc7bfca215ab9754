import { expect, it } from 'vitest';
import { isOwnPath } from '../../src/routing/own-path.ts';

it.each([
  ['/_auth', true],
  ['/_auth/', true],
  ['/_auth/login', true],
  ['/_auth/../x', true],
  ['/_authx', false],
  ['/_auth;x', false],
  ['/_auth%2f', false],
  ['/_AUTH/login', false],
  ['/x/_auth/login', false],
  ['/%5fauth', false],
  ['//_auth', false],
  ['/./_auth', false],
  ['/', false],
])('%s is ours: %s', (path, expected) => {
  expect(isOwnPath('/_auth', path)).toBe(expected);
});
