import { expect, it } from 'vitest';
import type { Session } from '../../src/session/contract.ts';
import { createSealCache } from '../../src/session/seal-cache.ts';
import { ada, HOUR_MS, START_MS } from './fixtures.ts';

const session = (sid: string): Session => ({
  sid,
  identity: ada,
  amr: ['pwd'],
  signedInAtMs: START_MS,
  expiresAtMs: START_MS + HOUR_MS,
  idleExpiresAtMs: START_MS + HOUR_MS,
});

it('the seal cache holds no more entries than its bound, the recently used ones', () => {
  const cache = createSealCache({ maxEntries: 2, maxTextLength: 1000 });
  cache.add('a', session('1'));
  cache.add('b', session('2'));
  cache.get('a');
  cache.add('c', session('3'));
  expect(cache.size).toBe(2);
  expect(cache.get('a')).toBeDefined();
  expect(cache.get('b')).toBeUndefined();
});

it('the seal cache holds no more text than its bound', () => {
  const cache = createSealCache({ maxEntries: 100, maxTextLength: 1000 });
  for (let n = 0; n < 10; n++) cache.add(`${'x'.repeat(399)}${n}`, session(`${n}`));
  expect(cache.size).toBe(2);
});

it('the seal cache drops every text of a session that has ended', () => {
  const cache = createSealCache({ maxEntries: 100, maxTextLength: 1000 });
  for (const text of ['a', 'b']) cache.add(text, session('1'));
  cache.add('c', session('2'));
  cache.dropSessions(new Set(['1']));
  expect(['a', 'b', 'c'].map((text) => cache.get(text)?.session.sid)).toEqual([
    undefined,
    undefined,
    '2',
  ]);
});

it('the seal cache tells texts apart that differ in one character, wherever it is', () => {
  const cache = createSealCache();
  const text = `${'x'.repeat(400)}${'d'.repeat(43)}`;
  cache.add(text, session('1'));
  expect(cache.get(text)).toBeDefined();
  for (const at of [0, 200, 399, 400, 442]) {
    expect(cache.get(`${text.slice(0, at)}y${text.slice(at + 1)}`)).toBeUndefined();
  }
});
