import { describe, expect, it } from 'vitest';
import { createKnownBrowsers } from '../../src/session/known-browsers.ts';
import {
  cookieFrom,
  https,
  keySet,
  random,
  sharedRows,
  startProcess,
  stoppedClock,
} from './fixtures.ts';

const DAY_MS = 86_400_000;

function setUp() {
  const clock = stoppedClock();
  return { clock, browsers: createKnownBrowsers({ keys: keySet(), clock, random, policy: https }) };
}

describe('a browser', () => {
  it('is a stranger to everybody before it has signed in', async () => {
    const { browsers } = setUp();
    expect(await browsers.recognise([], 'p1')).toBeUndefined();
    expect(
      await browsers.recognise(['Cookie', '__Host-door-browser=rubbish'], 'p1'),
    ).toBeUndefined();
  });

  it('is recognised for those who signed in from it, and only for them', async () => {
    const { browsers } = setUp();
    const headers = cookieFrom(await browsers.remember([], 'p1'));
    const id = await browsers.recognise(headers, 'p1');
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(await browsers.recognise(headers, 'p2')).toBeUndefined();
    const both = cookieFrom(await browsers.remember(headers, 'p2'));
    expect(await browsers.recognise(both, 'p1')).toBe(id);
    expect(await browsers.recognise(both, 'p2')).toBe(id);
  });

  it('keeps the newest eight', async () => {
    const { browsers } = setUp();
    let headers: readonly string[] = [];
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 1, 9]) {
      headers = cookieFrom(await browsers.remember(headers, `p${n}`));
    }
    expect(await browsers.recognise(headers, 'p2')).toBeUndefined();
    for (const n of [1, 3, 9]) {
      expect(await browsers.recognise(headers, `p${n}`)).toBeDefined();
    }
  });

  it('is forgotten after a year', async () => {
    const { browsers, clock } = setUp();
    const line = await browsers.remember([], 'p1');
    expect(line).toContain('Max-Age=31536000;');
    clock.advance(365 * DAY_MS - 1);
    expect(await browsers.recognise(cookieFrom(line), 'p1')).toBeDefined();
    clock.advance(1);
    expect(await browsers.recognise(cookieFrom(line), 'p1')).toBeUndefined();
  });

  it('with two such cookies is a stranger', async () => {
    const { browsers } = setUp();
    const headers = cookieFrom(await browsers.remember([], 'p1'));
    expect(await browsers.recognise([...headers, ...headers], 'p1')).toBeUndefined();
  });

  it('is not signed in by being known: its seal opens no session', async () => {
    const { browsers, clock } = setUp();
    const sessions = await startProcess(sharedRows(), clock);
    const line = await browsers.remember([], 'p1');
    const planted = line.replace('__Host-door-browser=', '__Host-door=');
    expect(await sessions.open(cookieFrom(planted))).toEqual({ kind: 'stale' });
  });
});
