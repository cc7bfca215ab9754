import { describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import { createServicePasses, PASS_PREFIX } from '../../src/session/service-passes.ts';
import { keySet, sharedRows, startProcess, stoppedClock } from './fixtures.ts';

const BACKUP = { id: 's1', name: 'backup@monitoring', groups: ['ops'], realm: 'monitoring' };
const FIVE_MINUTES_MS = 300_000;

async function setUp() {
  const shared = sharedRows();
  const clock = stoppedClock();
  const sessions = await startProcess(shared, clock);
  const { standingOf } = sessions;
  const passes = createServicePasses({
    keys: keySet('k1'),
    clock,
    random,
    rows: shared.rows,
    standingOf,
  });
  return { shared, clock, sessions, passes };
}

describe('a pass', () => {
  it('opens to the session that it was made of, realm included', async () => {
    const { passes } = await setUp();
    const session = (await passes.start(BACKUP, FIVE_MINUTES_MS))!;
    const { token, expiresAtMs } = await passes.seal(session);
    expect(token).toMatch(/^sallyport_pass_[\w-]+$/);
    expect(expiresAtMs).toBe(session.expiresAtMs);
    expect(await passes.open(token)).toEqual(session);
  });

  it('is dead from its end on', async () => {
    const { passes, clock, sessions } = await setUp();
    const { token } = await passes.seal((await passes.start(BACKUP, FIVE_MINUTES_MS))!);
    clock.advance(FIVE_MINUTES_MS - 1);
    await sessions.poll();
    expect(await passes.open(token)).toBeDefined();
    clock.advance(1);
    expect(await passes.open(token)).toBeUndefined();
  });

  it('is dead once its session has been ended', async () => {
    const { passes, sessions } = await setUp();
    const session = (await passes.start(BACKUP, FIVE_MINUTES_MS))!;
    const { token } = await passes.seal(session);
    await sessions.end(session);
    expect(await passes.open(token)).toBeUndefined();
  });

  it('opens nothing while nobody can say which sessions have ended', async () => {
    const { passes, clock } = await setUp();
    const { token } = await passes.seal((await passes.start(BACKUP, FIVE_MINUTES_MS))!);
    // Longer than the grace, and no word from the feed.
    clock.advance(FIVE_MINUTES_MS - 1);
    expect(await passes.open(token)).toBeUndefined();
  });

  it('is not started for a service that is gone', async () => {
    const { passes, shared } = await setUp();
    shared.disabled.add(BACKUP.id);
    expect(await passes.start(BACKUP, FIVE_MINUTES_MS)).toBeUndefined();
  });

  it.each(['', PASS_PREFIX, `${PASS_PREFIX}${'A'.repeat(70_000)}`, 'sallyport_x', '__proto__'])(
    'is not made of %#: rubbish',
    async (token) => expect(await (await setUp()).passes.open(token)).toBeUndefined(),
  );
});
