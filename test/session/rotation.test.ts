import { describe, expect, it } from 'vitest';
import { createLiveKeySet } from '../../src/core/key-set.ts';
import type { LiveSessions } from '../../src/session/sessions.ts';
import { ada, cookieFrom, keySet, sharedRows, startProcess, stoppedClock } from './fixtures.ts';

async function signIn(sessions: LiveSessions) {
  const started = await sessions.start(ada, ['pwd', 'otp']);
  if (started === undefined) throw new Error('nobody was signed in');
  return { ...started, headers: cookieFrom(started.setCookie) };
}

describe('a rotation of the keys', () => {
  it('signs nobody out while the old key opens', async () => {
    const keys = createLiveKeySet(keySet('k1'));
    const sessions = await startProcess(sharedRows(), stoppedClock(), { keys });
    const { headers } = await signIn(sessions);
    keys.replace(keySet('k2', ['k1', 'k2']));
    const newer = await signIn(sessions);
    expect(newer.setCookie).toContain('*k2*');
    expect(await sessions.open(headers)).toMatchObject({ kind: 'live' });
    expect(await sessions.open(newer.headers)).toMatchObject({ kind: 'live' });
  });

  it('ends at once what a retired key sealed, cached or being opened, and nothing else', async () => {
    const shared = sharedRows();
    const clock = stoppedClock();
    const keys = createLiveKeySet(keySet('k1'));
    const sessions = await startProcess(shared, clock, { keys });
    const { headers } = await signIn(sessions);
    const later = createLiveKeySet(keySet('k1'));
    const other = await startProcess(shared, clock, { keys: later });
    const opening = other.open(headers);
    for (const ring of [keys, later]) ring.replace(keySet('k2'));
    expect(await opening).toEqual({ kind: 'stale' });
    expect(await sessions.open(headers)).toEqual({ kind: 'stale' });
    const newer = await signIn(sessions);
    expect(await other.open(newer.headers)).toMatchObject({ kind: 'live' });
  });
});
