import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHostServed, matchRoute } from '../../src/routing/match.ts';
import { route } from './fixtures.ts';

const GET = { host: 'app.example.com', method: 'GET' };

describe('a route', () => {
  it.each([
    ['/', '/', true],
    ['/', '//x', true],
    ['/lab', '/lab', true],
    ['/lab', '/lab/', true],
    ['/lab', '/lab/tree', true],
    ['/lab', '/labs', false],
    ['/lab', '/la', false],
    ['/lab', '/LAB', false],
    ['/lab', '/x/lab', false],
    ['/lab', '/lab%2Ftree', false],
    ['/lab', '/lab;v=1', false],
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a/bc', false],
  ])('for %s matches the path %s: %s', (path, asked, expected) => {
    expect(matchRoute([route({ path })], GET, asked) !== undefined).toBe(expected);
  });

  it.each([
    [undefined, 'anything', true],
    ['app.example.com', 'app.example.com', true],
    ['app.example.com', 'app.example.com:8080', true],
    ['app.example.com:8080', 'app.example.com:8080', true],
    ['app.example.com:8080', 'app.example.com', false],
    ['app.example.com', 'app.example.com.evil', false],
    ['app.example.com', 'xapp.example.com', false],
    ['app.example.com', '', false],
    ['[::1]', '[::1]:8080', true],
  ])('for the host %s matches %s: %s', (host, asked, expected) => {
    const routes = [route({ host })];
    expect(matchRoute(routes, { ...GET, host: asked }, '/') !== undefined).toBe(expected);
    expect(isHostServed(routes, asked)).toBe(expected);
  });

  it.each([
    [undefined, 'DELETE', true],
    [['GET'], 'GET', true],
    [['GET'], 'HEAD', true],
    [['GET'], 'POST', false],
    [['POST'], 'HEAD', false],
    [['HEAD'], 'GET', false],
    [[], 'GET', false],
  ])('for the methods %s matches %s: %s', (methods, method, expected) => {
    expect(matchRoute([route({ methods })], { ...GET, method }, '/') !== undefined).toBe(expected);
  });

  it('that does not exist serves no path, which misdirects nobody', () => {
    expect(matchRoute([], GET, '/')).toBeUndefined();
    expect(isHostServed([], GET.host)).toBe(true);
  });

  it('is the first that fits, not the longest', () => {
    const [deny, wide, narrow] = [
      route({ path: '/', methods: ['DELETE'] }),
      route({ path: '/' }),
      route({ path: '/lab' }),
    ];
    const routes = [deny, wide, narrow];
    expect(matchRoute(routes, GET, '/lab')).toBe(wide);
    expect(matchRoute(routes, { ...GET, method: 'DELETE' }, '/lab')).toBe(deny);
  });

  it('is found for every path below it and for none beside it', () => {
    const segment = fc.stringMatching(/^[a-z0-9.~%-]{1,6}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1 }),
        fc.array(segment),
        segment,
        (own, below, x) => {
          const path = `/${own.join('/')}`;
          const routes = [route({ path })];
          expect(matchRoute(routes, GET, [path, ...below].join('/'))).toBe(routes[0]);
          expect(matchRoute(routes, GET, path + x)).toBeUndefined();
          expect(matchRoute(routes, GET, `/${x}${path}`) === routes[0]).toBe(
            `/${x}${path}/`.startsWith(`${path}/`),
          );
        },
      ),
    );
  });
});
