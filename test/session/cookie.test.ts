import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CookiePolicy,
  clearCookieLines,
  cookieNameFor,
  createCookieFinder,
  ownCookieNames,
  setCookieLine,
} from '../../src/session/cookie.ts';
import { https } from './fixtures.ts';

const http: CookiePolicy = { ...https, secure: false };
const domain: CookiePolicy = { ...https, cookieDomain: 'example.com' };

describe('the cookie that is set', () => {
  it.each([
    ['on https', https, '__Host-door=v; Max-Age=9; Path=/; HttpOnly; Secure; SameSite=Lax'],
    [
      'for a domain',
      domain,
      '__Secure-door=v; Max-Age=9; Path=/; Domain=example.com; HttpOnly; Secure; SameSite=Lax',
    ],
    ['on http', http, 'door=v; Max-Age=9; Path=/; HttpOnly; SameSite=Lax'],
  ])('%s has the strongest name and attributes that work', (_name, policy, line) => {
    expect(setCookieLine(policy, { value: 'v', maxAgeSec: 9 })).toBe(line);
  });

  it('is cleared together with every look-alike, host-only and for the domain', () => {
    const names = (policy: CookiePolicy) =>
      clearCookieLines(policy).map((line) => {
        expect(line).toContain('=; Max-Age=0; Path=/');
        return line.split('=', 1)[0] + (line.includes('Domain=') ? '@domain' : '');
      });
    expect(names(http)).toEqual(['door']);
    expect(names(https)).toEqual(['door', '__Host-door', '__Secure-door']);
    expect(names(domain)).toEqual([
      'door@domain',
      'door',
      '__Host-door',
      '__Secure-door@domain',
      '__Secure-door',
    ]);
  });
});

it('every name of ours is known in lower case, whatever the prefix', () => {
  expect([...ownCookieNames('Door')].sort()).toEqual([
    '__host-door',
    '__host-door-browser',
    '__host-door-flow',
    '__secure-door',
    '__secure-door-browser',
    '__secure-door-flow',
    'door',
    'door-browser',
    'door-flow',
  ]);
});

describe('the session cookie of a request', () => {
  const find = createCookieFinder(https);

  it.each([
    ['alone', ['__Host-door=abc'], 'abc'],
    ['among others', ['a=1; __Host-door=abc; b=2'], 'abc'],
    ['without blanks', ['a=1;__Host-door=abc;b=2'], 'abc'],
    ['with tabs', ['a=1;\t__Host-door = abc\t; b=2'], 'abc'],
    ['in the second line', ['a=1', '__Host-door=abc'], 'abc'],
    ['with = in its value', ['__Host-door=abc=='], 'abc=='],
    ['beside our other cookies', ['__Host-door-flow=x; __Host-door=abc; door-browser=y'], 'abc'],
    ['beside longer and shorter names', ['doors=1; doo=2; x__Host-door=3; __Host-door=abc'], 'abc'],
  ])('is found %s', (_name, lines, value) => {
    expect(find(lines.flatMap((line) => ['cookie', line]))).toBe(value);
  });

  it.each([
    ['no Cookie line', []],
    ['an empty line', ['']],
    ['foreign cookies only', ['a=1; b=__Host-door']],
    ['our name as a value', ['a=door']],
  ])('is absent with %s', (_name, lines) => {
    expect(find(lines.flatMap((line) => ['Cookie', line]))).toBeUndefined();
  });

  it.each([
    ['twice', ['__Host-door=a; __Host-door=b']],
    ['twice the same', ['__Host-door=a; __Host-door=a']],
    ['three times', ['__Host-door=a; __Host-door=b; __Host-door=c']],
    ['in two lines', ['__Host-door=a', '__Host-door=b']],
    ['and unprefixed', ['__Host-door=a; door=b']],
    ['and with the other prefix', ['__Secure-door=b; __Host-door=a']],
    ['and in another case', ['__host-DOOR=b; __Host-door=a']],
    ['and as a bare word', ['__Host-door=a; door']],
    ['and hidden in quotes', ['x="y; __Host-door=b"; __Host-door=a']],
    ['only unprefixed', ['door=a']],
    ['only in another case', ['__HOST-DOOR=a']],
    ['empty', ['__Host-door=']],
    ['as a bare word', ['__Host-door']],
  ])('counts as none that opens: %s', (_name, lines) => {
    expect(find(lines.flatMap((line) => ['Cookie', line]))).toBe('');
  });

  it('is not looked for in other headers', () => {
    expect(find(['Cookie2', '__Host-door=a', 'X-Cookie', '__Host-door=a'])).toBeUndefined();
  });

  it('is found among any cookies that are not ours, and never when there are two', () => {
    const text = fc.stringMatching(/^[a-z0-9_"$, .-]{0,12}$/);
    const foreign = fc
      .tuple(text, text)
      .filter(([name]) => !name.includes('door'))
      .map(([name, value]) => `${name}=${value}`);
    const jars = fc.tuple(fc.array(foreign), fc.array(foreign), fc.nat(2));
    fc.assert(
      fc.property(jars, ([before, after, more]) => {
        const one = [...before, '__Host-door=abc', ...after].join('; ');
        expect(find(['Cookie', one])).toBe('abc');
        const again = ['__Host-door=abc', 'door=x', '__Secure-Door=y'][more] as string;
        expect(find(['Cookie', `${one}; ${again}`])).toBe('');
        expect(find(['Cookie', one, 'COOKIE', again])).toBe('');
        expect(find(['Cookie', [...before, ...after].join('; ')])).toBeUndefined();
      }),
    );
  });
});

it('a cookie with a suffix is found by its own finder only', () => {
  const browser = createCookieFinder(http, '-browser');
  const line = `${cookieNameFor(http, '-browser')}=b`;
  expect(browser(['Cookie', line])).toBe('b');
  expect(createCookieFinder(http)(['Cookie', line])).toBeUndefined();
});
