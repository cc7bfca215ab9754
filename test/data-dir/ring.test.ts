import { describe, expect, it } from 'vitest';
import { activateKey, addKey, phaseOf, type Ring, retireKey } from '../../src/data-dir/ring.ts';

const NOW_MS = 1_000_000_000;
const key = (addedAtMs: number | null, replacedAtMs: number | null = null) => ({
  bytes: new Uint8Array(32),
  addedAtMs,
  replacedAtMs,
});
const ring: Ring = {
  currentId: 'now',
  keys: new Map([
    ['now', key(null)],
    ['old', key(null, NOW_MS - 60_000)],
    ['next', key(NOW_MS - 10_000)],
    ['young', key(NOW_MS - 9_999)],
  ]),
};

describe('a key', () => {
  it('opens before it seals', () => {
    const added = addKey(ring, 'more', key(NOW_MS));
    expect(phaseOf(added, 'more')).toBe('accept');
    expect(phaseOf(added, 'now')).toBe('issue');
  });

  it.each([
    ['next', false, 'ok'],
    ['old', false, 'ok'],
    ['young', false, 'too-young'],
    ['young', true, 'ok'],
    ['now', true, 'seals-already'],
    ['__proto__', true, 'unknown'],
  ])('%s (forced: %s) is activated: %s', (id, isForced, expected) => {
    const change = activateKey(ring, id, { nowMs: NOW_MS, isForced });
    expect(change.ok ? 'ok' : change.reason).toBe(expected);
  });

  it('goes on opening once another has taken its place, and remembers when', () => {
    const change = activateKey(ring, 'next', { nowMs: NOW_MS, isForced: false });
    expect(change).toMatchObject({ ok: true, ring: { currentId: 'next' } });
    expect(change.ok && change.ring.keys.get('now')?.replacedAtMs).toBe(NOW_MS);
  });

  it.each([
    ['old', 60_000, 'ok'],
    ['old', 60_001, 'needed'],
    ['young', 60_000, 'ok'],
    ['now', 0, 'issues'],
    ['__proto__', 0, 'unknown'],
  ])('%s, needed for %d ms, is retired: %s', (id, neededMs, expected) => {
    const change = retireKey(ring, id, { nowMs: NOW_MS, neededMs });
    expect(change.ok ? 'ok' : change.reason).toBe(expected);
    if (change.ok) expect(change.ring.keys.has(id)).toBe(false);
    else if (expected === 'needed') expect(change.neededUntilMs).toBe(NOW_MS + 1);
  });
});
