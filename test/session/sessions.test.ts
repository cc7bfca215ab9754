import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Session } from '../../src/session/contract.ts';
import type { FeedEntry } from '../../src/session/feed-reader.ts';
import { toPayload } from '../../src/session/payload.ts';
import { createSealer } from '../../src/session/seal.ts';
import {
  ada,
  cookieFrom,
  HOUR_MS,
  keySet,
  START_MS,
  setUp,
  sharedRows,
  signIn,
  startProcess,
  stoppedClock,
} from './fixtures.ts';

describe('a session', () => {
  it('opens from its cookie, at once where it is known and after unsealing elsewhere', async () => {
    const { sessions, shared, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    expect(sessions.open(headers)).toEqual({ kind: 'live', session });
    const other = await startProcess(shared, clock);
    const opened = other.open(headers);
    expect(opened).toBeInstanceOf(Promise);
    expect(await opened).toEqual({ kind: 'live', session });
    expect(other.open(headers)).toEqual({ kind: 'live', session });
  });

  it('is not started for a principal that is gone', async () => {
    const { sessions, shared } = await setUp();
    shared.disabled.add(ada.id);
    expect(await sessions.start(ada, ['pwd'])).toBeUndefined();
  });

  it('has another id each time', async () => {
    const { sessions } = await setUp();
    const [one, two] = [await signIn(sessions), await signIn(sessions)];
    expect(one.session.sid).not.toBe(two.session.sid);
  });

  it('ends at its idle limit, also while its seal is cached', async () => {
    const { sessions, clock } = await setUp();
    const { headers } = await signIn(sessions);
    clock.advance(8 * HOUR_MS - 1);
    await sessions.poll();
    expect(sessions.open(headers)).toMatchObject({ kind: 'live' });
    clock.advance(1);
    expect(sessions.open(headers)).toEqual({ kind: 'stale' });
    expect(sessions.sizes.seals).toBe(0);
  });

  it('is renewed after half of the idle time, and not before', async () => {
    const { sessions, clock } = await setUp();
    const { session } = await signIn(sessions);
    clock.advance(4 * HOUR_MS - 1);
    expect(sessions.renew(session)).toBeUndefined();
    clock.advance(1);
    const headers = cookieFrom((await sessions.renew(session)) as string);
    clock.advance(8 * HOUR_MS - 1);
    await sessions.poll();
    expect(sessions.open(headers)).toMatchObject({ kind: 'live', session: { sid: session.sid } });
  });

  it('has no more than one cookie: with two it is nobody', async () => {
    const { sessions } = await setUp();
    const { headers } = await signIn(sessions);
    expect(sessions.open([...headers, ...headers])).toEqual({ kind: 'stale' });
    expect(sessions.open([...headers, 'Cookie', 'door=planted'])).toEqual({ kind: 'stale' });
  });

  it.each([
    ['none', ['Host', 'x'], 'none'],
    ['an empty one', ['Cookie', '__Host-door='], 'stale'],
    ['rubbish', ['Cookie', `__Host-door=${'A*'.repeat(32_000)}`], 'stale'],
    ['a quoted seal', ['Cookie', '__Host-door="Fe26.2*k1*"'], 'stale'],
  ])('is not there with the cookie %s', async (_name, headers, kind) => {
    const { sessions } = await setUp();
    expect(await sessions.open(headers)).toEqual({ kind });
  });

  it('does not open from a half-finished or foreign payload under the right keys', async () => {
    const { sessions, clock } = await setUp();
    const sealer = createSealer({ keys: keySet(), purpose: 'session', clock });
    const { session } = await signIn(sessions);
    for (const body of [{}, null, 'x', { ...toPayload(session), step: 'password-done' }]) {
      const text = await sealer.seal(body, START_MS + HOUR_MS);
      expect(await sessions.open(['Cookie', `__Host-door=${text}`])).toEqual({ kind: 'stale' });
    }
  });
});

describe('the end of a session', () => {
  it('counts at once where it was ended: a replayed cookie is stale', async () => {
    const { sessions } = await setUp();
    const { session, headers } = await signIn(sessions);
    await sessions.end(session);
    expect(await sessions.open(headers)).toEqual({ kind: 'stale' });
  });

  it('counts in another process after its next look at the feed', async () => {
    const { sessions, shared, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    const other = await startProcess(shared, clock);
    expect(await other.open(headers)).toMatchObject({ kind: 'live' });
    await sessions.end(session);
    await other.poll();
    expect(other.sizes.seals).toBe(0);
    expect(await other.open(headers)).toEqual({ kind: 'stale' });
  });

  it('is read from the feed once: each look asks only for what is new', async () => {
    const { shared, clock, sessions } = await setUp();
    const asked: number[] = [];
    const readRevocations = (last?: FeedEntry) => {
      asked.push(last?.id ?? 0);
      return shared.feed.readRevocations(last);
    };
    const other = await startProcess(shared, clock, { feed: { readRevocations } });
    for (let n = 0; n < 3; n++) await sessions.end((await signIn(sessions)).session);
    await other.poll();
    await other.poll();
    // Once more after news: there could have been more than one answer holds.
    expect(asked).toEqual([0, 0, 3, 3]);
    expect(other.sizes.revoked).toBe(3);
  });

  it('counts after a restart', async () => {
    const { sessions, shared, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    await sessions.end(session);
    expect(await (await startProcess(shared, clock)).open(headers)).toEqual({ kind: 'stale' });
  });

  it('counts for every renewed copy, and for one whose renewal was on the way', async () => {
    const { sessions, clock } = await setUp();
    const { session } = await signIn(sessions);
    clock.advance(4 * HOUR_MS);
    await sessions.poll();
    const copy = cookieFrom((await sessions.renew(session)) as string);
    const onTheWay = sessions.renew(session) as Promise<string>;
    await sessions.end(session);
    expect(await sessions.open(copy)).toEqual({ kind: 'stale' });
    expect(await sessions.open(cookieFrom(await onTheWay))).toEqual({ kind: 'stale' });
  });

  it('cannot be evaded by another spelling of the same base64', async () => {
    const { sessions } = await setUp();
    const { session, headers } = await signIn(sessions);
    const cookie = headers[3] as string;
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => ['Cookie', cookie.slice(0, -1) + last])
      .concat([['Cookie', cookie.replace(/\*\*([^*]+)$/, '*any-salt*$1')]]);
    const opening: string[][] = [];
    for (const spelling of spellings) {
      if ((await sessions.open(spelling)).kind === 'live') opening.push(spelling);
    }
    // Otherwise this test tests nothing.
    expect(opening.length).toBeGreaterThan(1);
    await sessions.end(session);
    for (const spelling of opening) {
      expect(await sessions.open(spelling)).toEqual({ kind: 'stale' });
    }
  });

  it('counts here even when the store cannot be told, and says so', async () => {
    const { sessions, shared } = await setUp();
    const { session, headers } = await signIn(sessions);
    shared.state.isDown = true;
    await expect(sessions.end(session)).rejects.toThrow('the store is down');
    expect(await sessions.open(headers)).toEqual({ kind: 'stale' });
  });

  it('reaches the store once it listens again, and every other process with it', async () => {
    const { sessions, shared, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    shared.state.isDown = true;
    await expect(sessions.end(session)).rejects.toThrow('the store is down');
    await sessions.poll();
    shared.state.isDown = false;
    expect((await (await startProcess(shared, clock)).open(headers)).kind).toBe('live');
    await sessions.poll();
    const other = await startProcess(shared, clock);
    expect(await other.open(headers)).toEqual({ kind: 'stale' });
  });

  it('stays when a clock has run ahead of it and is put back', async () => {
    const { sessions, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    await sessions.end(session);
    clock.advance(48 * HOUR_MS);
    await sessions.poll();
    expect(sessions.sizes.revoked).toBe(0);
    clock.advance(-48 * HOUR_MS);
    await sessions.poll();
    expect(await sessions.open(headers)).toEqual({ kind: 'stale' });
    clock.advance(1);
    const later = await signIn(sessions);
    expect(await sessions.open(later.headers)).toMatchObject({ kind: 'live' });
  });

  it('is forgotten only after the seal is dead by itself', async () => {
    const { sessions, clock } = await setUp();
    const { session, headers } = await signIn(sessions);
    await sessions.end(session);
    clock.advance(24 * HOUR_MS - 1);
    await sessions.poll();
    expect(sessions.sizes.revoked).toBe(1);
    clock.advance(1);
    await sessions.poll();
    expect(sessions.sizes.revoked).toBe(0);
    expect(await sessions.open(headers)).toEqual({ kind: 'stale' });
  });
});

describe('a live connection', () => {
  it('is closed when its session is ended here', async () => {
    const { sessions } = await setUp();
    const { session } = await signIn(sessions);
    const close = vi.fn();
    sessions.watch(session, close);
    await sessions.poll();
    expect(close).not.toHaveBeenCalled();
    await sessions.end(session);
    expect(close).toHaveBeenCalledOnce();
    expect(sessions.sizes.watches).toBe(0);
  });

  it('is closed when its session is ended elsewhere, others stay open', async () => {
    const { sessions, shared, clock } = await setUp();
    const other = await startProcess(shared, clock);
    const [mine, theirs] = [await signIn(sessions), await signIn(sessions)];
    const closed: Session[] = [];
    for (const { session } of [mine, theirs]) other.watch(session, () => closed.push(session));
    await sessions.end(mine.session);
    await other.poll();
    expect(closed).toEqual([mine.session]);
  });

  it('that began while its session was being ended is closed by the next look', async () => {
    const { sessions } = await setUp();
    const { session } = await signIn(sessions);
    await sessions.end(session);
    const close = vi.fn();
    sessions.watch(session, close);
    await sessions.poll();
    expect(close).toHaveBeenCalledOnce();
  });

  it('is closed when its session expires, even while the feed hangs', async () => {
    const { shared, clock } = await setUp();
    const { promise: never } = Promise.withResolvers<never>();
    let isHanging = false;
    const readRevocations = (last?: FeedEntry) =>
      isHanging ? never : shared.feed.readRevocations(last);
    const sessions = await startProcess(shared, clock, { feed: { readRevocations } });
    const { session } = await signIn(sessions);
    const close = vi.fn();
    sessions.watch(session, close);
    isHanging = true;
    void sessions.poll();
    clock.advance(8 * HOUR_MS);
    void sessions.poll();
    expect(close).toHaveBeenCalledOnce();
  });

  it('lives on when its session is renewed by an ordinary request', async () => {
    const { sessions, clock } = await setUp();
    const { session } = await signIn(sessions);
    const close = vi.fn();
    sessions.watch(session, close);
    clock.advance(5 * HOUR_MS);
    await sessions.renew(session);
    clock.advance(4 * HOUR_MS);
    await sessions.poll();
    expect(close).not.toHaveBeenCalled();
    clock.advance(4 * HOUR_MS);
    await sessions.poll();
    expect(close).toHaveBeenCalledOnce();
  });

  it('is closed when the feed stays silent beyond the grace, failing or hanging', async () => {
    for (const answer of [
      () => Promise.reject(new Error('down')),
      () => new Promise<never>(() => {}),
    ]) {
      const { shared, clock } = await setUp();
      const first = await shared.feed.readRevocations();
      let isSilent = false;
      const readRevocations = () => (isSilent ? answer() : Promise.resolve(first));
      const sessions = await startProcess(shared, clock, { feed: { readRevocations } });
      const { session } = await signIn(sessions);
      const close = vi.fn();
      sessions.watch(session, close);
      isSilent = true;
      void sessions.poll();
      clock.advance(60_000);
      void sessions.poll();
      expect(close).not.toHaveBeenCalled();
      clock.advance(1);
      void sessions.poll();
      await new Promise(setImmediate);
      expect(close).toHaveBeenCalledOnce();
    }
  });

  it('is not closed once it is forgotten, and one that throws spares the others', async () => {
    const { sessions } = await setUp();
    const { session } = await signIn(sessions);
    const [forgotten, closed] = [vi.fn(), vi.fn()];
    sessions.watch(session, forgotten)();
    sessions.watch(session, () => {
      throw new Error('cannot close');
    });
    sessions.watch(session, closed);
    await sessions.end(session);
    expect(forgotten).not.toHaveBeenCalled();
    expect(closed).toHaveBeenCalledOnce();
  });

  it('is closed by the running loop, without anybody polling', async () => {
    const shared = sharedRows();
    const clock = stoppedClock();
    const sessions = await startProcess(shared, clock, { pollMs: 5 });
    const other = await startProcess(shared, clock);
    await sessions.startPolling();
    const { session } = await signIn(sessions);
    const target = new EventTarget();
    const closed = once(target, 'closed');
    sessions.watch(session, () => target.dispatchEvent(new Event('closed')));
    await other.end(session);
    await closed;
    sessions.close();
  });
});
