import { describe, expect, it } from 'vitest';
import { isBodiless, isResponseFramingPlain, requestFraming } from '../../src/proxy/framing.ts';

const TE = 'Transfer-Encoding';
const CL = 'Content-Length';

describe('the framing of a request', () => {
  it.each([
    [[], '1.1', 'none'],
    [[CL, '0'], '1.1', 'none'],
    [[CL, '12'], '1.1', 'sized'],
    [['content-LENGTH', '12'], '1.0', 'sized'],
    [[TE, 'chunked'], '1.1', 'chunked'],
    [[TE, 'Chunked'], '1.1', 'chunked'],
    [[TE, 'chunked'], '1.0', 'ambiguous'],
    [[TE, 'chunked', CL, '0'], '1.1', 'ambiguous'],
    [[CL, '5', TE, 'chunked'], '1.1', 'ambiguous'],
    [[TE, 'gzip, chunked'], '1.1', 'ambiguous'],
    [[TE, 'chunked, identity'], '1.1', 'ambiguous'],
    [[TE, 'identity'], '1.1', 'ambiguous'],
    [[TE, '\x0bchunked'], '1.1', 'ambiguous'],
    [[TE, 'chunked', TE, 'chunked'], '1.1', 'ambiguous'],
    [[CL, '5', CL, '5'], '1.1', 'ambiguous'],
    [[CL, '5, 5'], '1.1', 'ambiguous'],
    [[CL, '+5'], '1.1', 'ambiguous'],
    [[CL, '0x5'], '1.1', 'ambiguous'],
    [[CL, '-1'], '1.1', 'ambiguous'],
    [[CL, ''], '1.1', 'ambiguous'],
    [[CL, '99999999999999999999'], '1.1', 'ambiguous'],
  ])('%j in HTTP/%s is %s', (raw, version, kind) => {
    expect(requestFraming(raw, version).kind).toBe(kind);
  });

  it('tells the size', () => {
    expect(requestFraming([CL, '1234'], '1.1')).toEqual({ kind: 'sized', bytes: 1234 });
  });
});

describe('the framing of an answer', () => {
  it.each([
    [[], true],
    [[TE, 'chunked'], true],
    [['transfer-encoding', ' Chunked '], true],
    [[TE, 'gzip, chunked'], false],
    [[TE, 'gzip', TE, 'chunked'], false],
    [[TE, 'identity'], false],
  ])('%j can be passed on: %s', (raw, expected) => {
    expect(isResponseFramingPlain(raw)).toBe(expected);
  });

  it.each([
    ['GET', 200, false],
    ['HEAD', 200, true],
    ['GET', 204, true],
    ['GET', 304, true],
    ['POST', 205, false],
  ])('%s %i has no body: %s', (method, status, expected) => {
    expect(isBodiless(method, status)).toBe(expected);
  });
});
