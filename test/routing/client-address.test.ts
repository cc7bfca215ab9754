import { describe, expect, it } from 'vitest';
import {
  createTrustedPeers,
  forwardedHost,
  forwardedScheme,
  plainAddress,
  walkForwardedFor,
} from '../../src/routing/client-address.ts';
import { lines } from './fixtures.ts';

describe('a listed peer', () => {
  const isTrusted = createTrustedPeers(['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32']);

  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['11.0.0.1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:db8::1', true],
    ['2001:db9::1', false],
    ['', false],
    ['10', false],
    ['0x0a000001', false],
    ['10.1.2.3, 10.1.2.3', false],
    ['localhost', false],
  ])('%s: %s', (address, expected) => {
    expect(isTrusted(address)).toBe(expected);
  });

  it('is nobody by default', () => {
    expect(createTrustedPeers([])('127.0.0.1')).toBe(false);
  });

  it('is everybody only where both families are listed so', () => {
    const all4 = createTrustedPeers(['0.0.0.0/0']);
    expect(all4('198.51.100.1')).toBe(true);
    expect(all4('2001:db8::1')).toBe(false);
  });
});

it.each([
  [undefined, ''],
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('the socket address %s is written %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

describe('the client behind listed peers', () => {
  const isTrusted = createTrustedPeers(['10.0.0.0/8']);
  const walk = (peer: string, ...values: string[]) =>
    walkForwardedFor(peer, lines(...values.map((v) => ['x-forwarded-FOR', v] as const)), isTrusted);

  it.each([
    ['nobody says anything', '10.0.0.1', [], '10.0.0.1', '10.0.0.1'],
    ['one hop', '10.0.0.1', ['192.0.2.1'], '192.0.2.1', '192.0.2.1, 10.0.0.1'],
    [
      'a forged hop on the left',
      '10.0.0.1',
      ['1.2.3.4, 192.0.2.1'],
      '192.0.2.1',
      '192.0.2.1, 10.0.0.1',
    ],
    [
      'two listed hops',
      '10.0.0.1',
      ['6.6.6.6, 192.0.2.1, 10.0.0.2'],
      '192.0.2.1',
      '192.0.2.1, 10.0.0.2, 10.0.0.1',
    ],
    [
      'several lines',
      '10.0.0.1',
      ['6.6.6.6', '192.0.2.1', '10.0.0.2'],
      '192.0.2.1',
      '192.0.2.1, 10.0.0.2, 10.0.0.1',
    ],
    [
      'listed hops only',
      '10.0.0.1',
      ['10.0.0.3,10.0.0.2'],
      '10.0.0.3',
      '10.0.0.3, 10.0.0.2, 10.0.0.1',
    ],
    ['a port', '10.0.0.1', ['192.0.2.1:4711'], '192.0.2.1', '192.0.2.1, 10.0.0.1'],
    ['IPv6', '10.0.0.1', ['2001:DB8::1'], '2001:db8::1', '2001:db8::1, 10.0.0.1'],
    [
      'IPv6 with a port',
      '10.0.0.1',
      ['[2001:db8::1]:4711'],
      '2001:db8::1',
      '2001:db8::1, 10.0.0.1',
    ],
    ['IPv4 in IPv6', '10.0.0.1', ['::ffff:192.0.2.1'], '192.0.2.1', '192.0.2.1, 10.0.0.1'],
    ['a word', '10.0.0.1', ['unknown'], '10.0.0.1', '10.0.0.1'],
    ['nothing', '10.0.0.1', [''], '10.0.0.1', '10.0.0.1'],
    ['an empty item last', '10.0.0.1', ['192.0.2.1,'], '10.0.0.1', '10.0.0.1'],
    [
      'rubbish behind a listed hop',
      '10.0.0.1',
      ['192.0.2.1, <x>, 10.0.0.2'],
      '10.0.0.2',
      '10.0.0.2, 10.0.0.1',
    ],
    ['an address in short form', '10.0.0.1', ['127.1'], '10.0.0.1', '10.0.0.1'],
    ['a line break', '10.0.0.1', ['192.0.2.1\r\nX: y'], '10.0.0.1', '10.0.0.1'],
  ])('with %s', (_name, peer, values, client, chain) => {
    expect(walk(peer, ...values)).toEqual({ client, chain });
  });

  it('is the peer itself where that is not listed, whatever it says', () => {
    expect(walk('192.0.2.9', '10.0.0.1')).toEqual({ client: '192.0.2.9', chain: '192.0.2.9' });
  });
});

describe('scheme and host from a listed peer', () => {
  it.each([
    [['https'], 'https'],
    [['http'], 'http'],
    [['http', 'HTTPS'], 'https'],
    [['https, http'], 'http'],
    [['WSS'], 'https'],
    [['ws'], 'http'],
    [['ftp'], undefined],
    [['https, '], undefined],
    [[], undefined],
  ])('%j is the scheme %s', (values, expected) => {
    const raw = lines(...values.map((v) => ['X-Forwarded-Proto', v] as const));
    expect(forwardedScheme(raw)).toBe(expected);
  });

  it.each([
    [['App.example.com:443'], 'app.example.com'],
    [['evil.example, app.example.com'], 'app.example.com'],
    [['evil.example', 'app.example.com'], 'app.example.com'],
    [['a b'], undefined],
    [[''], undefined],
    [[], undefined],
  ])('%j is the host %s', (values, expected) => {
    const raw = lines(...values.map((v) => ['X-Forwarded-Host', v] as const));
    expect(forwardedHost(raw, 'https')).toBe(expected);
  });
});
