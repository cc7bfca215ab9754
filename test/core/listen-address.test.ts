import { describe, expect, it } from 'vitest';
import { parseListenAddress } from '../../src/core/listen-address.ts';

describe('parseListenAddress', () => {
  it.each([
    ['127.0.0.1:8080', '127.0.0.1', 8080],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['[::1]:8080', '::1', 8080],
    ['[::]:443', '::', 443],
    ['localhost:0', 'localhost', 0],
    ['Door.Internal:8080', 'door.internal', 8080],
  ])('reads %s', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ ok: true, value: { host, port } });
  });

  it.each([
    ['8080', 'names no host', '127.0.0.1:8080'],
    [':8080', 'names no host', undefined],
    ['*:8080', 'names no host', undefined],
    ['localhost', 'has no port', undefined],
    ['localhost:', 'has no port', undefined],
    ['::1', 'has no port', '[::1]:8080'],
    [
      '2001:db8:0:0:0:0:0:1:8080',
      'has an IPv6 address without brackets',
      '[2001:db8:0:0:0:0:0:1]:8080',
    ],
    ['127.0.0.1:65536', 'has a port above 65535', undefined],
    ['127.0.0.300:80', 'is not an address', undefined],
    ['[127.0.0.1]:80', 'is not an address', undefined],
    ['a b:80', 'is not an address', undefined],
    ['http://127.0.0.1:80', 'is a URL', undefined],
    ['127.0.0.1:80a', 'has no port', undefined],
  ])('refuses %s: it %s', (text, problem, suggestion) => {
    const parsed = parseListenAddress(text);
    expect(parsed).toMatchObject({ ok: false, refusal: { problem } });
    expect(!parsed.ok && parsed.refusal.suggestion).toBe(suggestion);
  });
});
