import { describe, expect, it } from 'vitest';
import { shareRuns } from '../../src/core/shared-runs.ts';

describe('shared runs', () => {
  it('give everybody who asks meanwhile the same run, and whoever comes later another', async () => {
    let count = 0;
    const gate = Promise.withResolvers<void>();
    const { run } = shareRuns(async () => {
      await gate.promise;
      count += 1;
      return count;
    });
    const asked = Promise.all([run(), run(), run()]);
    gate.resolve();
    expect(await asked).toEqual([1, 1, 1]);
    expect(await run()).toBe(2);
  });

  it('say which run is under way, and begin anew after one that failed', async () => {
    const outcomes = [Promise.reject(new Error('down')), Promise.resolve('up')];
    const runs = shareRuns(async () => outcomes.shift());
    const first = runs.run();
    expect(runs.running).toBe(first);
    await expect(first).rejects.toThrow('down');
    expect(runs.running).toBeUndefined();
    expect(await runs.run()).toBe('up');
  });
});
