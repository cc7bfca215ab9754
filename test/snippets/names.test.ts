import { describe, expect, it } from 'vitest';
import { cookiePattern, forgeableHeaders, pathPattern } from '../../src/snippets/names.ts';

describe('the pattern of a path', () => {
  it.each([
    ['/app', '/app', true],
    ['/app', '/app/x', true],
    ['/app', '/apple', false],
    ['/app', '/x/app', false],
    ['/app', '/APP', false],
    ['/a.b', '/a.b', true],
    ['/a.b', '/aXb', false],
    ["/it's(1)+$", "/it's(1)+$/x", true],
    ['/', '/anything', true],
  ])('%s fits %s: %s', (path, asked, fits) => {
    expect(new RegExp(pathPattern(path)).test(asked)).toBe(fits);
  });

  it.each(["/it's", '/a$b', '/a(b', '/a,b', '/a&b'])('quotes nothing open in %s', (path) => {
    expect(pathPattern(path)).toMatch(/^\^[\w/\\]+\(\?:\/\|\$\)$/);
  });
});

describe('the pattern of the door’s cookies', () => {
  it.each([
    ['sallyport', 'sallyport', true],
    ['sallyport', '__HOST-sallyport-flow', true],
    ['sallyport', '__Secure-Sallyport-browser', true],
    ['sallyport', 'sallyportal', false],
    ['sallyport', 'my-sallyport', false],
    ["d`o'o|r.", "d`o'o|r.", true],
    ['d.r', 'dor', false],
  ])('of %s fits %s: %s', (name, cookie, fits) => {
    expect(new RegExp(`^${cookiePattern(name)}$`, 'i').test(cookie)).toBe(fits);
    expect(cookiePattern(name)).not.toMatch(/[`'"]/);
  });
});

it('names every header that could name a person, but for those that are set anew', () => {
  const forgeable = forgeableHeaders(false);
  expect(forgeable).toEqual(expect.arrayContaining(['X-Forwarded-User', 'X-Remote-User']));
  expect(forgeable).not.toContain('X-Forwarded-For');
  expect(forgeable).not.toContain('Remote-User');
});

it('names what asks for another method where a rule is about methods', () => {
  expect(forgeableHeaders(false)).not.toContain('X-Http-Method-Override');
  expect(forgeableHeaders(true)).toContain('X-Http-Method-Override');
});
