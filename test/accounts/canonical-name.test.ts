import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetName, parseName } from '../../src/accounts/canonical-name.ts';
import { canonicalGroups } from '../../src/accounts/groups.ts';
import { isGroupName } from '../../src/core/group-name.ts';

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
