import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetName, parseName } from '../../src/accounts/canonical-name.ts';
import { canonicalGroups } from '../../src/accounts/groups.ts';
import { isGroupName } from '../../src/core/group-name.ts';
import { systemClock } from '../../src/core/ports.ts';
import { toPayload } from '../../src/session/payload.ts';
import { createSealer } from '../../src/session/seal.ts';

describe('a name', () => {
  it.each([
    ['ada', 'ada', 'ada'],
    ['  Ada  ', 'Ada', 'ada'],
    ['ＡＤＡ', 'ADA', 'ada'],
    [
      'ada.lovelace+door@example.com',
      'ada.lovelace+door@example.com',
      'ada.lovelace+door@example.com',
    ],
    ['K9', 'K9', 'k9'],
    ['x'.repeat(64), 'x'.repeat(64), 'x'.repeat(64)],
  ])('%j is %j, found as %j', (typed, name, canonicalName) => {
    expect(parseName(typed)).toEqual({ name, canonicalName });
  });

  it.each([
    '',
    ' ',
    'x'.repeat(65),
    '-rf',
    '.hidden',
    'ada lovelace',
    'ada\nRemote-Groups: admin',
    'a\rda',
    'ada\u0000',
    'ada,admin',
    'ada/../eve',
    'аda',
    'adä',
    'ad\u202ea',
    'a\u200bda',
    'İda',
    '"ada"',
    'ada;x',
  ])('%j cannot be had', (typed) => {
    expect(parseName(typed)).toBeUndefined();
  });

  it('survives a header, a path and a second reading unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
        const name = parseName(typed);
        if (name === undefined) return;
        expect(name.name).toMatch(/^[!-~]{1,64}$/);
        expect(parseName(name.canonicalName)?.canonicalName).toBe(name.canonicalName);
        expect(budgetName(typed)).toBe(name.canonicalName);
      }),
    );
  });

  it('has one budget in every spelling, and rubbish has a short one', () => {
    expect(new Set(['Ada', ' ada ', 'ＡＤＡ'].map(budgetName))).toEqual(new Set(['ada']));
    expect(budgetName('ﷺ'.repeat(10_000)).length).toBeLessThanOrEqual(128);
  });
});

describe('group names', () => {
  it.each(['admin', 'team:ops', 'a@b', 'A-1'])('%j may be one', (name) => {
    expect(isGroupName(name)).toBe(true);
  });
  it.each(['', 'a,b', 'a b', 'a\n', 'ü', '-a', 'x'.repeat(65)])('%j may not', (name) => {
    expect(isGroupName(name)).toBe(false);
    expect(() => canonicalGroups([name])).toThrow(
      expect.objectContaining({ code: 'E_FORM_INVALID' }),
    );
  });
  it('are sorted, each once', () => {
    expect(canonicalGroups(['b', 'a', 'b'])).toEqual(['a', 'b']);
  });
});

describe('the number of groups', () => {
  const groups = (count: number) =>
    Array.from({ length: count }, (_, i) => `g${'x'.repeat(60)}${i}`);

  it('is bounded, so that the session cookie stays below what browsers keep', async () => {
    expect(() => canonicalGroups(groups(33))).toThrow('more than 32 groups');
    const sealer = createSealer({
      keys: { currentId: 'k', keys: new Map([['k', new Uint8Array(32)]]) },
      purpose: 'session',
      clock: systemClock,
    });
    const identity = {
      id: 'x'.repeat(22),
      name: 'n'.repeat(64),
      groups: canonicalGroups(groups(32)),
    };
    const nowMs = systemClock.nowMs();
    const times = { signedInAtMs: nowMs, expiresAtMs: nowMs + 1e9, idleExpiresAtMs: nowMs + 1e9 };
    const session = { sid: 'x'.repeat(22), identity, amr: ['pwd', 'otp'], ...times };
    const seal = await sealer.seal(toPayload(session), nowMs + 1e9);
    expect(seal.length).toBeLessThan(4096 - '__Secure-sallyport='.length);
  });
});
