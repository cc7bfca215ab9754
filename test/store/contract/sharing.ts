import { expect, it } from 'vitest';
import { NOW_MS } from '../now.ts';
import {
  credential,
  invite,
  parallel,
  person,
  registration,
  revoked,
  session,
  signIn,
  tally,
} from '../samples.ts';
import type { StoreKind } from '../stores.ts';

/** A command beside a running door, or two instances: what one writes the other sees. */
export function describeSharing({ found }: StoreKind): void {
  const openTwo = async () => {
    const open = await found();
    const door = await open();
    return { door, command: await open() };
  };

  it('shows the door at once what a command has written', async () => {
    const { door, command } = await openTwo();
    await command.register(registration('ada'), NOW_MS);
    await command.addInvite(invite('i'));
    expect(await door.findAccount('person', '', 'ada')).toBeDefined();
    expect(await door.findInvite('hash of i', NOW_MS)).toBeDefined();
  });

  it("puts a command's disabling on the door's feed", async () => {
    const { door, command } = await openTwo();
    await signIn(door, 'ada', 's1');
    await command.setDisabled('id-ada', NOW_MS);
    expect(await revoked(door)).toEqual(['s1']);
    expect(await door.createSession(session('s2', 'ada'))).toBe(false);
  });

  it('keeps everything when it is closed and opened again', async () => {
    const open = await found();
    const before = await open();
    await signIn(before, 'ada', 's1');
    await before.spendStep('totp-ada', 7);
    await before.close();
    const after = await open();
    expect(await after.listSessions('id-ada', NOW_MS)).toHaveLength(1);
    expect(await after.spendStep('totp-ada', 7)).toBe(false);
  });

  it('opens for many at once, the first time too', async () => {
    const open = await found();
    const stores = await parallel(8, open);
    const outcomes = await parallel(8, async (index) =>
      stores[index]?.register(
        { principal: person('ada', { id: `id${index}` }), credentials: [], inviteId: null },
        NOW_MS,
      ),
    );
    expect(tally(outcomes)).toEqual(
      new Map([
        ['created', 1],
        ['name-taken', 7],
      ]),
    );
  });

  it('lets exactly one of 1,000 identical codes in, wherever they arrive', async () => {
    const { door, command } = await openTwo();
    await door.register(
      { principal: person('ada'), credentials: [credential('app')], inviteId: null },
      NOW_MS,
    );
    const outcomes = await parallel(1_000, (index) =>
      (index % 2 === 0 ? door : command).spendStep('app', 7),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('counts attempts that arrive at both in one budget', async () => {
    const { door, command } = await openTwo();
    let runs = 0;
    const verdicts = await parallel(60, (index) =>
      (index % 2 === 0 ? door : command).updateThrottle(['account'], (states) => {
        runs += 1;
        const failures = (states.get('account')?.failures ?? 0) + 1;
        const next = { failures, lastFailureMs: NOW_MS, dayStartMs: NOW_MS, dayAttempts: 1 };
        return { next: new Map([['account', next]]), verdict: failures };
      }),
    );
    expect(new Set(verdicts).size).toBe(60);
    // The lock is taken before the rule is asked, not found missing afterwards.
    expect(runs).toBe(60);
  });
}
