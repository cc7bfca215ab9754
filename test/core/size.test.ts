import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from '../../src/core/size.ts';

describe('parseSize', () => {
  it.each([
    ['512B', 512],
    ['32KB', 32_000],
    ['32KiB', 32_768],
    ['10MB', 10_000_000],
    ['10 MB', 10_000_000],
    ['10mb', 10_000_000],
    ['1.5GB', 1_500_000_000],
    ['1GiB', 1_073_741_824],
    ['2TB', 2_000_000_000_000],
    ['0B', 0],
  ])('reads %j as %i bytes', (text, value) => {
    expect(parseSize(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['10', 'has no unit'],
    ['', 'is not a size'],
    ['MB', 'is not a size'],
    ['10M', 'is not a size'],
    ['iB', 'is not a size'],
    ['1iB', 'is not a size'],
    ['-1MB', 'is not a size'],
    ['1e3B', 'is not a size'],
    ['10MB/s', 'is not a size'],
    ['99999999TB', 'is more than can be counted'],
  ])('refuses %j: it %s', (text, problem) => {
    expect(parseSize(text)).toMatchObject({ ok: false, refusal: { problem } });
  });
});

describe('formatSize', () => {
  it('uses the largest unit that leaves no rest', () => {
    expect([32_000, 32_768, 1_000_000, 1_048_576, 1_001, 0].map(formatSize)).toEqual([
      '32KB',
      '32KiB',
      '1MB',
      '1MiB',
      '1001B',
      '0B',
    ]);
  });

  it('writes every size so that it is read as the same one', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toEqual({ ok: true, value: bytes });
      }),
    );
  });
});
