/** What is known of the ends of sessions, and how much silence is borne. @module */
import { describe, expect, it, vi } from 'vitest';
import { HOUR_MS, setUp, sharedRows, signIn, startProcess, stoppedClock } from './fixtures.ts';

describe('a feed of many pages', () => {
  it('is read to its end before anybody is signed in', async () => {
    const { shared, clock } = await setUp();
    const first = await startProcess(shared, clock);
    const sessions = [await signIn(first), await signIn(first), await signIn(first)];
    for (const { session } of sessions) await first.end(session);
    let pages = 0;
    const readRevocations = async (afterId: number) => {
      pages += 1;
      return (await shared.feed.readRevocations(afterId)).slice(0, 1);
    };
    const other = await startProcess(shared, clock, { feed: { readRevocations } });
    expect(pages).toBe(4);
    for (const { headers } of sessions) {
      expect(await other.open(headers)).toEqual({ kind: 'stale' });
    }
  });

  it('leaves nobody signed in when it breaks off half-way', async () => {
    const { shared, clock } = await setUp();
    const first = await startProcess(shared, clock);
    const [ended, alive] = [await signIn(first), await signIn(first)];
    await first.end(ended.session);
    const readRevocations = async (afterId: number) => {
      if (afterId > 0) throw new Error('down');
      return shared.feed.readRevocations(afterId);
    };
    const other = await startProcess(shared, clock, { feed: { readRevocations } });
    expect(await other.open(alive.headers)).toEqual({ kind: 'unknown' });
  });
});

describe('a silent feed', () => {
  it('leaves those signed in alone for the grace, then nobody is known', async () => {
    const errors = vi.fn();
    const shared = sharedRows();
    const clock = stoppedClock();
    const sessions = await startProcess(shared, clock, { onFeedError: errors });
    const { headers } = await signIn(sessions);
    shared.state.isDown = true;
    clock.advance(60_000);
    await sessions.poll();
    expect(errors).toHaveBeenCalledOnce();
    expect(sessions.open(headers)).toMatchObject({ kind: 'live' });
    clock.advance(1);
    expect(sessions.open(headers)).toEqual({ kind: 'unknown' });
    expect(sessions.open([])).toEqual({ kind: 'none' });
    shared.state.isDown = false;
    await sessions.poll();
    expect(sessions.open(headers)).toMatchObject({ kind: 'live' });
  });

  it('is no longer believed when the clock is put back', async () => {
    const { sessions, shared, clock } = await setUp();
    const { headers } = await signIn(sessions);
    shared.state.isDown = true;
    clock.advance(-HOUR_MS);
    expect(sessions.open(headers)).toEqual({ kind: 'unknown' });
  });

  it('is not found silent between two looks, without any grace', async () => {
    const shared = sharedRows();
    const clock = stoppedClock();
    const sessions = await startProcess(shared, clock, { graceMs: 0, pollMs: 1000 });
    const { headers } = await signIn(sessions);
    clock.advance(1500);
    expect(sessions.open(headers)).toMatchObject({ kind: 'live' });
    clock.advance(1501);
    expect(sessions.open(headers)).toEqual({ kind: 'unknown' });
  });

  it('that has never spoken leaves nobody signed in', async () => {
    const shared = sharedRows();
    const clock = stoppedClock();
    const { headers } = await signIn(await startProcess(shared, clock));
    shared.state.isDown = true;
    const restarted = await startProcess(shared, clock);
    expect(restarted.open(headers)).toEqual({ kind: 'unknown' });
  });
});
