import { describe, expect, it } from 'vitest';
import { agoInWords, waitInWords } from '../../src/auth/in-words.ts';

describe('spans in words', () => {
  it.each([
    [-5, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 minute ago'],
    [7_199_000, '1 hour ago'],
    [3 * 86_400_000, '3 days ago'],
  ])('%d ms ago is %j', (ms, words) => {
    expect(agoInWords(ms)).toBe(words);
  });

  it.each([
    [0, '1 second'],
    [1.2, '2 seconds'],
    [99, '99 seconds'],
    [100, '2 minutes'],
    [3601, '61 minutes'],
    [86_400, '24 hours'],
  ])('a wait of %d s is %j, never too short', (seconds, words) => {
    expect(waitInWords(seconds)).toBe(words);
  });
});
