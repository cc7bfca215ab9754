import { describe, expect, it } from 'vitest';
import { createOnce } from '../../src/auth/once.ts';

describe('a form sent twice', () => {
  const counting = () => {
    let runs = 0;
    const once = createOnce<string>({ keepMs: 60_000, isKept: (answer) => answer === 'done' });
    const task = (answer: string) => async () => {
      runs += 1;
      await new Promise(setImmediate);
      return answer;
    };
    return { once, task, runs: () => runs };
  };

  it('is done once while it runs and after it has succeeded', async () => {
    const { once, task, runs } = counting();
    const both = await Promise.all([once.run('a', task('done')), once.run('a', task('done'))]);
    expect(both).toEqual(['done', 'done']);
    expect(await once.run('a', task('done'))).toBe('done');
    expect(await once.find('a')).toBe('done');
    expect(runs()).toBe(1);
  });

  it('may be tried again at once after a refusal or a failure', async () => {
    const { once, task, runs } = counting();
    await once.run('a', task('refused'));
    expect(once.find('a')).toBeUndefined();
    await expect(once.run('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await once.run('a', task('done'));
    expect(runs()).toBe(2);
  });

  it('shares nothing between two forms', async () => {
    const { once, task } = counting();
    await once.run('a', task('done'));
    expect(once.find('b')).toBeUndefined();
  });
});
