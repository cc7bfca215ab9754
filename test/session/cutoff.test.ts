import { describe, expect, it } from 'vitest';
import { cutoffEntry, cutoffOf } from '../../src/core/session-cutoff.ts';
import type { FeedEntry } from '../../src/session/feed-reader.ts';
import { ada, cookieFrom, START_MS, sharedRows, startProcess, stoppedClock } from './fixtures.ts';

describe('the entry that a restore puts on the feed', () => {
  it('ends who signed in before it', async () => {
    const [shared, clock] = [sharedRows(), stoppedClock()];
    const before = await startProcess(shared, clock);
    const old = cookieFrom((await before.start(ada, ['pwd', 'otp']))?.setCookie ?? '');
    clock.advance(1_000);
    const entry = { id: 1, nonce: '', ...cutoffEntry(START_MS + 1_000) };
    const feed = {
      readRevocations: async (last?: FeedEntry) => (last === undefined ? [entry] : []),
    };
    const restored = { ...shared, feed };
    const fresh = await startProcess(restored, clock);
    const young = await fresh.start(ada, ['pwd', 'otp']);
    expect(await fresh.open(old)).toEqual({ kind: 'stale' });
    expect(fresh.open(cookieFrom(young?.setCookie ?? ''))).toMatchObject({ kind: 'live' });
  });

  it('closes what they have open, where a process was cut off during the restore', async () => {
    const [shared, clock] = [sharedRows(), stoppedClock()];
    const entries = [{ id: 1, nonce: '', ...cutoffEntry(START_MS + 1_000) }];
    let known = 0;
    const feed = {
      readRevocations: async (last?: FeedEntry) => entries.slice(last?.id ?? 0, known),
    };
    const process = await startProcess({ ...shared, feed }, clock);
    const old = await process.start(ada, ['pwd', 'otp']);
    clock.advance(2_000);
    const young = await process.start(ada, ['pwd', 'otp']);
    if (old === undefined || young === undefined) throw new Error('nobody was let in');
    const closed: string[] = [];
    process.watch(old.session, () => void closed.push('old'));
    process.watch(young.session, () => void closed.push('young'));
    known = 1;
    await process.poll();
    expect(closed).toEqual(['old']);
  });

  it('outlives every session that it ends', () => {
    expect(cutoffEntry(START_MS).expiresAtMs - START_MS).toBeGreaterThan(400 * 86_400_000);
  });

  it('is never taken for the id of one session', () => {
    expect(cutoffOf(cutoffEntry(START_MS).sid)).toBe(START_MS);
    for (const sid of ['1', 'x1', '*', '*x', '-*1']) expect(cutoffOf(sid)).toBeUndefined();
  });
});
