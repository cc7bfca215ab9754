import { describe, expect, it } from 'vitest';
import { announcesBody, isFramingClear } from '../../src/routing/framing.ts';
import { lines } from './fixtures.ts';

const CL = (value: string) => ['Content-Length', value] as const;
const TE = (value: string) => ['Transfer-Encoding', value] as const;

describe('framing', () => {
  it.each([
    ['no body', '1.1', []],
    ['a length', '1.1', [CL('0')]],
    ['a length on HTTP/1.0', '1.0', [CL('17')]],
    ['chunked', '1.1', [TE('chunked')]],
    ['chunked in another case', '1.1', [TE('Chunked')]],
  ])('is clear with %s', (_name, httpVersion, pairs) => {
    expect(isFramingClear({ httpVersion, rawHeaders: lines(...pairs) })).toBe(true);
  });

  it.each([
    ['two lengths', '1.1', [CL('1'), CL('1')]],
    ['a list of lengths', '1.1', [CL('1, 1')]],
    ['a signed length', '1.1', [CL('+1')]],
    ['a hexadecimal length', '1.1', [CL('0x1')]],
    ['an empty length', '1.1', [CL('')]],
    ['a length beyond numbers', '1.1', [CL('1'.repeat(20))]],
    ['a length and chunked', '1.1', [CL('1'), TE('chunked')]],
    ['chunked on HTTP/1.0', '1.0', [TE('chunked')]],
    ['another coding', '1.1', [TE('gzip')]],
    ['chunked after another coding', '1.1', [TE('gzip, chunked')]],
    ['chunked twice', '1.1', [TE('chunked'), TE('chunked')]],
    ['chunked and identity', '1.1', [TE('chunked, identity')]],
    ['chunked with a control character', '1.1', [TE('\x0bchunked')]],
    ['an empty coding', '1.1', [TE('')]],
    ['a space before the colon', '1.1', [['Transfer-Encoding ', 'chunked']]],
    ['a space before the name', '1.1', [[' Content-Length', '1']]],
    ['an empty name', '1.1', [['', '1']]],
    ['a folded line', '1.1', [['X', 'a\r\n b']]],
    ['a bare LF in a value', '1.1', [['X', 'a\nContent-Length: 1']]],
    ['HTTP/2.0 in the request line', '2.0', []],
    ['HTTP/0.9', '0.9', []],
  ] as const)('is refused with %s', (_name, httpVersion, pairs) => {
    expect(isFramingClear({ httpVersion, rawHeaders: lines(...pairs) })).toBe(false);
  });

  it.each([
    [[], false],
    [[CL('0')], false],
    [[CL('1')], true],
    [[TE('chunked')], true],
  ] as const)('%j announces a body: %s', (pairs, expected) => {
    expect(announcesBody({ rawHeaders: lines(...pairs) })).toBe(expected);
  });
});
