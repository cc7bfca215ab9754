/** A feed that is longer than one answer, as a process reads it. */
import { describe, expect, it } from 'vitest';
import type { LiveSessions } from '../../src/session/sessions.ts';
import { ada, cookieFrom, sharedRows, startProcess, stoppedClock } from './fixtures.ts';

async function setUp() {
  const shared = sharedRows();
  const clock = stoppedClock();
  return { shared, clock, first: await startProcess(shared, clock) };
}

async function signIn(sessions: LiveSessions) {
  const started = await sessions.start(ada, ['pwd', 'otp']);
  if (started === undefined) throw new Error('nobody was signed in');
  return { ...started, headers: cookieFrom(started.setCookie) };
}

describe('a feed of many pages', () => {
  it('is read to its end before anybody is signed in', async () => {
    const { shared, clock, first } = await setUp();
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
    const { shared, clock, first } = await setUp();
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
