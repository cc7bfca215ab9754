import { expect, it } from 'vitest';
import { isOriginAllowed } from '../../src/routing/origin.ts';

const rule = {
  host: 'app.example.com',
  scheme: 'https',
  publicOrigin: 'https://door.example.com',
  origins: ['https://other.example.com'],
} as const;

it.each([
  ['none, as programs do', [], true],
  ['the public origin', ['https://door.example.com'], true],
  ['the public origin in another case', ['HTTPS://Door.example.com'], true],
  ['the host of the request', ['https://app.example.com'], true],
  [
    'that host on plain http, where anybody on the way can write pages',
    ['http://app.example.com'],
    false,
  ],
  ['that host with the default port', ['https://app.example.com:443'], true],
  ['an origin of the route', ['https://other.example.com'], true],
  ['a foreign origin', ['https://evil.example'], false],
  ['a look-alike behind', ['https://app.example.com.evil.example'], false],
  ['a look-alike before', ['https://evil-app.example.com'], false],
  ['a sibling', ['https://x.example.com'], false],
  ['another port', ['https://app.example.com:8443'], false],
  ['the route origin on http', ['http://other.example.com'], false],
  ['the public host on http', ['http://door.example.com'], false],
  ['userinfo', ['https://app.example.com@evil.example'], false],
  ['a path', ['https://app.example.com/x'], false],
  ['null', ['null'], false],
  ['nothing', [''], false],
  ['a file', ['file://'], false],
  ['an extension', ['chrome-extension://abc'], false],
  ['two', ['https://app.example.com', 'https://app.example.com'], false],
  ['a list', ['https://app.example.com, https://evil.example'], false],
])('a handshake with the Origin %s is allowed: %s', (_name, origins, expected) => {
  expect(isOriginAllowed(origins, rule)).toBe(expected);
});

it.each([
  ['app.example.com:443', 'https://app.example.com', true],
  ['app.example.com:8080', 'http://app.example.com:8080', true],
  ['app.example.com:8080', 'http://app.example.com', false],
  ['[::1]:8080', 'http://[::1]:8080', true],
  ['', 'http://', false],
])('on the host %s the Origin %s is allowed: %s', (host, origin, expected) => {
  const bare = { host, scheme: 'http', publicOrigin: undefined, origins: [] } as const;
  expect(isOriginAllowed([origin], bare)).toBe(expected);
});
