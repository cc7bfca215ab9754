import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['8h', 28_800_000],
    ['30m', 1_800_000],
    ['15s', 15_000],
    ['500ms', 500],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['5 s', 5_000],
    ['0s', 0],
    ['1m30s', 90_000],
    ['1m30ms', 60_030],
  ])('reads %j as %i ms', (text, value) => {
    expect(parseDuration(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['8', 'has no unit'],
    ['0', 'has no unit'],
    ['', 'is not a duration'],
    ['h', 'is not a duration'],
    ['8 hours', 'is not a duration'],
    ['8H', 'is not a duration'],
    ['-5s', 'is not a duration'],
    ['1h30', 'is not a duration'],
    ['1,5h', 'is not a duration'],
    ['٥s', 'is not a duration'],
    ['1e3s', 'is not a duration'],
    [' 5s', 'is not a duration'],
    ['99999999999999d', 'is longer than can be counted'],
    [`${'9'.repeat(400)}s`, 'is longer than can be counted'],
  ])('refuses %j: it %s', (text, problem) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, refusal: { problem } });
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [86_400_000, '24h'],
    [172_800_000, '2d'],
    [5_400_000, '1h30m'],
    [1_500, '1s500ms'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes every duration so that it is read as the same one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 52 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
      }),
    );
  });

  it('never throws on any text, and reads only what holds a unit', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseDuration(text);
        if (parsed.ok) expect(text).toMatch(/\d\s?(ms|[dhms])/);
      }),
    );
  });
});
