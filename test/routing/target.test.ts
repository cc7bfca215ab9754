import { describe, expect, it } from 'vitest';
import { MAX_TARGET_LENGTH, parseTarget } from '../../src/routing/target.ts';

describe('a target', () => {
  it.each([
    ['/', '/'],
    ['/?', '/'],
    ['/a/b?c=/d/../e', '/a/b'],
    ['/a?b?c', '/a'],
    ['/a%20b', '/a%20b'],
    ['/%C3%A9', '/%C3%A9'],
    ['/a?100%', '/a'],
    ['/a?%zz', '/a'],
    ['//a//', '//a//'],
    ['/a;v=1', '/a;v=1'],
    ['/a!$&\'()*+,:@[]{}|^`~"<>', '/a!$&\'()*+,:@[]{}|^`~"<>'],
  ])('%s has the path %s', (target, path) => {
    expect(parseTarget(target)).toEqual({ ok: true, path });
  });

  it.each([
    ['a raw fragment', '/a#b'],
    ['a raw fragment in the query', '/a?b#c'],
    ['absolute-form', 'http://app.example.com/'],
    ['absolute-form for another host', 'http://evil.example/x'],
    ['asterisk-form', '*'],
    ['authority-form', 'app.example.com:443'],
    ['nothing', ''],
    ['a relative path', 'a/b'],
    ['a backslash first', '\\a'],
    ['a query alone', '?a'],
    ['a space', '/a b'],
    ['a tab', '/a\tb'],
    ['a line break', '/a\r\nX: y'],
    ['NUL', '/a\0'],
    ['DEL', '/a\x7f'],
    ['a raw byte outside ASCII', '/caf\xe9'],
    ['such a byte in the query', '/?caf\xe9'],
    ['a stray percent sign', '/100%'],
    ['half an escape', '/a%2'],
    ['an escape of no digits', '/a%zz'],
    ['an escape of %u', '/a%u002f'],
    ['an escaped NUL', '/a%00b'],
  ])('is malformed with %s', (_name, target) => {
    expect(parseTarget(target)).toEqual({ ok: false, code: 'E_TARGET_MALFORMED' });
  });

  it('is too long beyond the limit', () => {
    const longest = `/${'a'.repeat(MAX_TARGET_LENGTH - 1)}`;
    expect(parseTarget(longest)).toMatchObject({ ok: true });
    expect(parseTarget(`${longest}a`)).toEqual({ ok: false, code: 'E_TARGET_TOO_LONG' });
  });
});
