import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEncodedSlash, isAmbiguous } from '../../src/routing/ambiguity.ts';
import { matchRoute } from '../../src/routing/match.ts';
import { isOwnPath } from '../../src/routing/own-path.ts';
import { route } from './fixtures.ts';

const REQUEST = { host: 'app.example.com', method: 'GET' };

const publicDocs = [
  route({ path: '/docs', access: { kind: 'public' } }),
  route({ path: '/admin', access: { kind: 'deny' } }),
  route({ path: '/' }),
];
const single = [route({ path: '/' })];

const meaningIn = (routes: typeof single) => (path: string) =>
  isOwnPath('/_auth', path) ? 'own' : matchRoute(routes, REQUEST, path);

describe('with several routes', () => {
  it.each([
    ['dot segments', '/docs/../admin'],
    ['dot segments to the root', '/docs/..'],
    ['a single dot first', '/./admin'],
    ['more dots than segments', '/docs/../../../admin'],
    ['encoded dots', '/docs/%2e%2e/admin'],
    ['one encoded dot', '/docs/.%2E/admin'],
    ['doubly encoded dots', '/docs/%252e%252e/admin'],
    ['an encoded slash', '/docs/..%2fadmin'],
    ['a doubly encoded slash', '/docs/..%252Fadmin'],
    ['a backslash', '/docs\\..\\admin'],
    ['an encoded backslash', '/docs/..%5Cadmin'],
    ['a doubly encoded backslash', '/docs/..%255cadmin'],
    ['merged slashes', '//admin'],
    ['merged slashes inside', '/docs//../admin'],
    ['slashes that hide a segment', '/docs/x//../../admin'],
    ['an encoded letter', '/%61dmin'],
    ['a doubly encoded letter', '/%2561dmin'],
    ['a parameter', '/admin;x=1'],
    ['an empty parameter', '/admin;/x'],
    ['a parameter on dots', '/docs/..;/admin'],
    ['an encoded parameter', '/docs/..%3b/admin'],
    ['a parameter that cuts the rest', '/docs/..;a/b/admin'],
    ['a parameter that cuts the way back', '/docs/../q;/../docs/z'],
    ['an encoded question mark', '/admin%3Fx'],
    ['an encoded fragment', '/admin%23x'],
    ['a decoded slash of an own segment', '/docs%2fx'],
    ['all at once', '/docs/%2e%2e%5c.;x//%61dmin'],
  ])('%s are refused: %s', (_name, path) => {
    expect(isAmbiguous(path, meaningIn(publicDocs))).toBe(true);
  });

  it.each([
    '/docs',
    '/docs/a%20b',
    '/docs/%C3%A9t%C3%A9',
    '/docs/a%2Fb',
    '/docs/v1.2/.hidden',
    '/docs/x/../y',
    '/docs//double',
    '/docs/a;v=1/b',
    '/docs/100%25',
    '/docs/what%3F',
    '/docs/back\\slash',
    '/anything/else%2f..%2fhere',
    '/administrator',
    '/.well-known/x',
    '/...',
  ])('%s means the same to everyone', (path) => {
    expect(isAmbiguous(path, meaningIn(publicDocs))).toBe(false);
  });
});

describe('with a single route', () => {
  it.each([
    '/api/contents/a%2Fb.ipynb',
    '/files/My%20Notes;v=1/%E2%9C%93.txt',
    '/a/../b',
    '/../../etc/passwd',
    '//x',
    '/x/_auth/login',
    '/_authx',
    '/_AUTH/login',
    '/%2e%2e%2f%252e;x//y\\z',
    '/static/a;b/../c//d%20e%2520f/%5C./.;g',
  ])('%s passes', (path) => {
    expect(isAmbiguous(path, meaningIn(single))).toBe(false);
  });

  it.each([
    '/x/../_auth/login',
    '//_auth',
    '//_auth/login',
    '/%5fauth',
    '/%255Fauth/logout',
    '/_auth;x',
    '/_auth%2Flogin',
    '/_auth%3Fx',
    '/x/..;/_auth/logout',
    '\\_auth'.replace(/^/, '/'),
    '/./_auth',
  ])('%s is refused: somebody would take it for the door itself', (path) => {
    expect(isAmbiguous(path, meaningIn(single))).toBe(true);
  });
});

describe('property: what is not refused', () => {
  // The readings, written down a second time and in another way than the code's.
  const decodeOnce = (p: string) => p.replace(/%([0-9a-f]{2})/gi, (m) => unescape(m));
  const withoutDots = (p: string): string => {
    const next = p
      .replace(/\/\.(?=\/|$)/, (_m, at: number) => (at === p.length - 2 ? '/' : ''))
      .replace(/^\/\.\.(?=\/|$)|\/(?!\.\.?\/)[^/]*\/\.\.(?=\/|$)/, (m, at: number) =>
        at + m.length >= p.length ? '/' : '',
      );
    return next === p ? p : withoutDots(next === '' ? '/' : next);
  };
  const readings: Record<string, (path: string) => string> = {
    decodeOnce,
    decodeTwice: (p) => decodeOnce(decodeOnce(p)),
    dots: withoutDots,
    normalised: (p) => posix.normalize(p),
    backslash: (p) => p.split('\\').join('/'),
    merge: (p) => p.split(/\/+/).join('/'),
    parameters: (p) =>
      p
        .split('/')
        .map((s) => s.split(';')[0])
        .join('/'),
    cut: (p) => p.split(';')[0] as string,
  };
  const names = Object.keys(readings);
  const piece = fc.constantFrom(
    ...['docs', 'admin', '_auth', '..', '.', '%2e', '%252e', '%2f', '%252F', '%5c', '%61dmin'],
    ...['\\', '/', '//', ';', ';a=b', '%3b', 'x', '%20', '%25', '%2561dmin', '%5fauth'],
  );
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
  const steps = fc.array(fc.constantFrom(...names), { maxLength: 4 }).filter((chain) => {
    const decodings = chain.map((n) => (n === 'decodeOnce' ? 1 : n === 'decodeTwice' ? 2 : 0));
    return decodings.reduce<number>((sum, n) => sum + n, 0) <= 2;
  });

  it.each([
    ['several routes', publicDocs],
    ['a single route', single],
  ])('means the same in every reading of every reading, with %s', (_name, routes) => {
    const meaning = meaningIn(routes);
    fc.assert(
      fc.property(path, steps, (raw, chain) => {
        fc.pre(meaning(raw) !== 'own');
        fc.pre(!isAmbiguous(raw, meaning));
        const read = chain.reduce((p, name) => readings[name]?.(p) ?? p, raw);
        expect(meaning(read)).toBe(meaning(raw));
      }),
      { numRuns: 3000 },
    );
  });

  it('is every plain path', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_~@:!$&'()*+,=-][A-Za-z0-9._~-]{0,8}$/);
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        expect(isAmbiguous(`/${segments.join('/')}`, meaningIn(publicDocs))).toBe(false);
      }),
    );
  });
});

it('a path made to have endless readings is refused, cheaply', () => {
  const path = `/docs/${'%252e/;a//\\..%255c'.repeat(900)}`;
  const before = process.cpuUsage();
  expect(isAmbiguous(path, meaningIn(single))).toBe(true);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(250);
});

it.each([
  ['/a%2Fb', true],
  ['/a%2fb', true],
  ['/a%5Cb', true],
  ['/a%252Fb', false],
  ['/a/b', false],
  ['/a%20b', false],
])('%s holds an encoded slash: %s', (path, expected) => {
  expect(hasEncodedSlash(path)).toBe(expected);
});
