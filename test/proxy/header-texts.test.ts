import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerTexts } from '../../src/proxy/header-texts.ts';

/** Pieces of one buffer, as the library keeps those of a head. */
function cut(text: string, ...lengths: readonly number[]): Buffer[] {
  const whole = Buffer.from(text, 'latin1');
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return whole.subarray(at - length, at);
  });
}

describe('header bytes as text', () => {
  it('are what each piece says, wherever it lies', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    const inOne = fc
      .array(fc.nat(12), { maxLength: 12 })
      .chain((lengths) =>
        fc
          .string({ unit: 'binary-ascii', minLength: 200, maxLength: 200 })
          .map((text) => cut(text, ...lengths)),
      );
    const pieces = fc.tuple(inOne, fc.array(bytes, { maxLength: 4 }), inOne);
    fc.assert(
      fc.property(pieces, fc.boolean(), ([some, apart, others], isReversed) => {
        const all = [...some, ...apart, ...others];
        if (isReversed) all.reverse();
        expect(headerTexts(all)).toEqual(all.map((piece) => piece.toString('latin1')));
      }),
    );
  });

  it('are one character a byte', () => {
    expect(headerTexts(cut('X-Name\xe4\xff', 6, 2))).toEqual(['X-Name', '\xe4\xff']);
  });

  it('may be texts already, or nothing', () => {
    expect(headerTexts(['A', '1'])).toEqual(['A', '1']);
    expect(headerTexts([Buffer.from('A'), '1'])).toEqual(['A', '1']);
    expect(headerTexts([])).toEqual([]);
    expect(headerTexts(null)).toEqual([]);
  });
});
