/** Ends that were heard of stay known, although the database was put back to before them. */
import { describe, expect, it, vi } from 'vitest';
import type { FeedEntry } from '../../src/session/feed-reader.ts';
import type { SessionsDeps } from '../../src/session/sessions.ts';
import { HOUR_MS, setUp, signIn, startProcess } from './fixtures.ts';

/** The largest write that others have to wait for. */
const BATCH = 500;

/** Sessions end, two processes hear of it, and then it has never happened. */
async function forget(sessions: number, changes: Partial<SessionsDeps> = {}) {
  const { shared, clock, sessions: first } = await setUp();
  const second = await startProcess(shared, clock, changes);
  const goBack = shared.keep();
  const ended = await Promise.all(Array.from({ length: sessions }, () => signIn(first)));
  const comeBack = shared.keep();
  for (const { session } of ended) await first.end(session);
  await second.poll();
  // The rows of these sessions are there again, their ends are not.
  comeBack();
  const told = async () => ((await shared.feed.readRevocations()) as FeedEntry[]).map((e) => e.sid);
  const sids = ended.map(({ session }) => session.sid);
  return { shared, clock, first, second, ended, sids, told, goBack };
}

describe('an end that the database has lost', () => {
  it('is on the feed again, for processes that start afterwards, and its row is gone', async () => {
    const onEndedAgain = vi.fn();
    const { shared, clock, second, ended, sids, told } = await forget(2, { onEndedAgain });
    const early = await startProcess(shared, clock);
    await second.poll();
    await expect.poll(told).toEqual(sids);
    expect(shared.alive()).toEqual([]);
    await expect.poll(() => onEndedAgain.mock.calls).toEqual([[2]]);
    for (const process of [await startProcess(shared, clock), early]) {
      await process.poll();
      for (const { headers } of ended) {
        expect(await process.open(headers)).toEqual({ kind: 'stale' });
      }
    }
    expect(await told()).toHaveLength(2);
  });

  it('is written down once, although several processes know of it', async () => {
    const { first, second, sids, told } = await forget(2 * BATCH + 1);
    await Promise.all([first.poll(), second.poll()]);
    await expect.poll(async () => new Set(await told()).size).toBe(sids.length);
    await Promise.all([first.poll(), second.poll()]);
    expect(await told()).toHaveLength(sids.length);
  });

  it('is none of those that its history still tells', async () => {
    const { shared, first, second, sids, told } = await forget(1);
    await second.poll();
    await expect.poll(told).toEqual(sids);
    const { session } = await signIn(first);
    const comeBack = shared.keep();
    await first.end(session);
    await second.poll();
    comeBack();
    await second.poll();
    await expect.poll(told).toEqual([...sids, session.sid]);
  });

  it('is one of so few in one write that nobody waits for long', async () => {
    const { shared, second, sids, told } = await forget(2 * BATCH + 1);
    const write = vi.spyOn(shared.rows, 'endAgain');
    await second.poll();
    await expect.poll(async () => (await told()).length).toBe(sids.length);
    expect(write.mock.calls.map(([ends]) => ends.length)).toEqual([BATCH, BATCH, 1]);
  });

  it('is written with a later look where it could not be, and holds up nobody meanwhile', async () => {
    const onFeedError = vi.fn();
    const { shared, second, sids, told } = await forget(1, { onFeedError });
    const hanging = Promise.withResolvers<never>();
    const write = vi
      .spyOn(shared.rows, 'endAgain')
      .mockRejectedValueOnce(new Error('down'))
      .mockReturnValueOnce(hanging.promise);
    await second.poll();
    await expect.poll(() => onFeedError.mock.calls.length).toBe(1);
    for (let looks = 0; looks < 3; looks += 1) await second.poll();
    expect(write).toHaveBeenCalledTimes(2);
    const { headers } = await signIn(second);
    expect(second.open(headers)).toMatchObject({ kind: 'live' });
    hanging.reject(new Error('down'));
    await expect.poll(() => onFeedError.mock.calls.length).toBe(2);
    expect(await told()).toEqual([]);
    await second.poll();
    await expect.poll(told).toEqual(sids);
  });

  it('is not written down once it would have expired', async () => {
    const { clock, second, told } = await forget(1);
    clock.advance(24 * HOUR_MS);
    await second.poll();
    await second.poll();
    expect(await told()).toEqual([]);
  });

  it('is found where the database was put back once more while its feed was read anew', async () => {
    const steps: (() => void)[] = [];
    const { shared, clock, first, second, sids, told, goBack } = await forget(2);
    await second.poll();
    await expect.poll(told).toEqual(sids);
    const readRevocations = async (last?: FeedEntry) => {
      steps.shift()?.();
      const page = await shared.feed.readRevocations(last);
      return page === 'unknown-entry' ? page : page.slice(0, 1);
    };
    const third = await startProcess(shared, clock, { feed: { readRevocations } });
    const { session } = await signIn(first);
    const comeBack = shared.keep();
    await first.end(session);
    await third.poll();
    // The first page tells of one of them; then even that has never happened.
    steps.push(comeBack, () => {}, goBack);
    await third.poll();
    await third.poll();
    await expect
      .poll(async () => (await told()).toSorted())
      .toEqual([...sids, session.sid].toSorted());
  });
});
