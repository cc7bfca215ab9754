import { describe, expect, it } from 'vitest';
import { nextWait } from '../../src/cluster/waiting.ts';

describe('the place of a worker that died', () => {
  it.each([1_000, 60_000])('is filled at once after %i ms of service', (livedMs) => {
    expect(nextWait({ failures: 5 }, livedMs)).toEqual({ failures: 0, waitMs: 0 });
  });

  it('stays empty for longer each time that workers die of their start, up to ten seconds', () => {
    let wait = { failures: 0, waitMs: 0 };
    const waits = Array.from({ length: 9 }, (_, round) => {
      wait = nextWait(wait, round % 2 === 0 ? undefined : 999);
      return wait.waitMs;
    });
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });
});
