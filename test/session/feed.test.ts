/** What is known of the ends of sessions, and how much silence is borne. @module */
import { describe, expect, it, vi } from 'vitest';
import type { FeedEntry } from '../../src/session/feed-reader.ts';
import { HOUR_MS, setUp, sharedRows, signIn, startProcess, stoppedClock } from './fixtures.ts';

const pageOf = (answer: readonly FeedEntry[] | 'unknown-entry', entries: number) =>
  answer === 'unknown-entry' ? answer : answer.slice(0, entries);

describe('a feed of many pages', () => {
  it('is read to its end before anybody is signed in', async () => {
    const { shared, clock } = await setUp();
    const first = await startProcess(shared, clock);
    const sessions = [await signIn(first), await signIn(first), await signIn(first)];
    for (const { session } of sessions) await first.end(session);
    let pages = 0;
    const readRevocations = async (last?: FeedEntry) => {
      pages += 1;
      return pageOf(await shared.feed.readRevocations(last), 1);
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
    const readRevocations = async (last?: FeedEntry) => {
      if (last !== undefined) throw new Error('down');
      return shared.feed.readRevocations(last);
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

describe('a feed that was put back to an earlier time', () => {
  /** Two ends were heard of; then they never happened, and others got their ids. */
  async function putBack() {
    const { shared, clock, sessions: elsewhere } = await setUp();
    const onFeedReplaced = vi.fn();
    const way = { isOpen: (_last?: FeedEntry) => true };
    const readRevocations = async (last?: FeedEntry) => {
      if (!way.isOpen(last)) throw new Error('down');
      return pageOf(await shared.feed.readRevocations(last), 1);
    };
    const process = await startProcess(shared, clock, {
      feed: { readRevocations },
      onFeedReplaced,
    });
    const sessions = {
      early: await signIn(elsewhere),
      lost: await signIn(elsewhere),
      again: await signIn(elsewhere),
      alive: await signIn(elsewhere),
    };
    const goBack = shared.keep();
    await elsewhere.end(sessions.lost.session);
    await elsewhere.end(sessions.again.session);
    await process.poll();
    goBack();
    // The newest of them ends the same session under the same id as before.
    await elsewhere.end(sessions.early.session);
    await elsewhere.end(sessions.again.session);
    return { process, way, onFeedReplaced, sessions };
  }

  it('is read anew: what ended under old ids ends, what was heard of stays ended', async () => {
    const { process, sessions, onFeedReplaced } = await putBack();
    const closed: string[] = [];
    for (const [name, { session, headers }] of Object.entries(sessions)) {
      process.watch(session, () => void closed.push(name));
      await process.open(headers);
    }
    await process.poll();
    const { alive, ...over } = sessions;
    for (const { headers } of Object.values(over)) {
      expect(await process.open(headers)).toEqual({ kind: 'stale' });
    }
    expect(await process.open(alive.headers)).toMatchObject({ kind: 'live' });
    expect(closed.toSorted()).toEqual(['again', 'early', 'lost']);
    await process.poll();
    expect(onFeedReplaced).toHaveBeenCalledOnce();
  });

  it('leaves nobody signed in until it was read to its end', async () => {
    const { process, way, sessions } = await putBack();
    const { early, alive } = sessions;
    expect(await process.open(alive.headers)).toMatchObject({ kind: 'live' });
    const open = [true, true, false];
    way.isOpen = () => open.shift() ?? false;
    await process.poll();
    expect(await process.open(alive.headers)).toEqual({ kind: 'unknown' });
    way.isOpen = () => true;
    await process.poll();
    expect(await process.open(alive.headers)).toMatchObject({ kind: 'live' });
    expect(await process.open(early.headers)).toEqual({ kind: 'stale' });
  });

  it('is given up for this time when it is another one with each answer', async () => {
    const { shared, clock, sessions } = await setUp();
    const { session, headers } = await signIn(sessions);
    await sessions.end(session);
    const [whole, onFeedError] = [await shared.feed.readRevocations(), vi.fn()];
    const readRevocations = async (last?: FeedEntry) =>
      last === undefined ? whole : ('unknown-entry' as const);
    const process = await startProcess(shared, clock, { feed: { readRevocations }, onFeedError });
    expect(onFeedError).toHaveBeenCalledOnce();
    expect(process.open(headers)).toEqual({ kind: 'unknown' });
  });
});
