import { expect, it } from 'vitest';
import { createKeyer } from '../../src/accounts/budgets.ts';
import { makeNameKey } from '../../src/core/key-set.ts';

it('a rotation of the store keys gives nobody fresh budgets', () => {
  const root = (fill: number) => new Uint8Array(32).fill(fill);
  const before = { currentId: 'a', keys: new Map([['a', root(1)]]) };
  const after = {
    currentId: 'b',
    keys: new Map([['b', root(2)]]),
    nameKey: makeNameKey(before),
  };
  expect(createKeyer(after)('account', 'ada')).toBe(createKeyer(before)('account', 'ada'));
});
