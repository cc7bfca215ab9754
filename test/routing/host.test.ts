import { describe, expect, it } from 'vitest';
import { canonicalHost, hostName, requestHost } from '../../src/routing/host.ts';
import { lines } from './fixtures.ts';

describe('a host', () => {
  it.each([
    ['app.example.com', 'app.example.com'],
    ['App.Example.COM', 'app.example.com'],
    ['app.example.com.', 'app.example.com'],
    ['app.example.com:443', 'app.example.com'],
    ['app.example.com.:443', 'app.example.com'],
    ['app.example.com:80', 'app.example.com:80'],
    ['app.example.com:8443', 'app.example.com:8443'],
    ['app_1', 'app_1'],
    ['127.0.0.1:8080', '127.0.0.1:8080'],
    ['[::1]', '[::1]'],
    ['[::1]:443', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:8080', '[::1]:8080'],
    ['[2001:DB8::A]', '[2001:db8::a]'],
  ])('%s on https is %s', (written, canonical) => {
    expect(canonicalHost(written, 'https')).toBe(canonical);
  });

  it('on http has the default port 80', () => {
    expect(canonicalHost('a:80', 'http')).toBe('a');
    expect(canonicalHost('a:443', 'http')).toBe('a:443');
  });

  it.each([
    '',
    '.',
    'a..b',
    'a..',
    '.a',
    'user@app.example.com',
    'user:pw@app.example.com',
    'app.example.com:',
    'app.example.com:0',
    'app.example.com:080',
    'app.example.com:65536',
    'app.example.com:-1',
    'app.example.com:x',
    'app.example.com:80:80',
    'app.example.com, evil.example',
    'app.example.com evil.example',
    'app.example.com/x',
    'app.example.com?x',
    'app.example.com#x',
    'app.example.com\\x',
    'app%2eexample.com',
    'caf\xe9.example',
    '::1',
    '[::1',
    '[::1]x',
    '[::1%25eth0]',
    '[127.0.0.1]',
    '[]',
    `${'a.'.repeat(5000)}!`,
  ])('%s is none', (written) => {
    expect(canonicalHost(written, 'https')).toBeUndefined();
  });

  it.each([
    ['a:8080', 'a'],
    ['a', 'a'],
    ['[::1]', '[::1]'],
    ['[::1]:8080', '[::1]'],
  ])('%s has the name %s', (host, name) => {
    expect(hostName(host)).toBe(name);
  });
});

describe('the host of a request', () => {
  it.each([
    ['one line', '1.1', [['host', 'A']], 'a'],
    ['none on HTTP/1.0', '1.0', [], ''],
    ['none on HTTP/1.1', '1.1', [], undefined],
    ['an empty one', '1.1', [['Host', '']], undefined],
    ['an empty one on HTTP/1.0', '1.0', [['Host', '']], undefined],
    [
      'two lines',
      '1.1',
      [
        ['Host', 'a'],
        ['hOST', 'b'],
      ],
      undefined,
    ],
    [
      'two equal lines',
      '1.1',
      [
        ['Host', 'a'],
        ['Host', 'a'],
      ],
      undefined,
    ],
  ] as const)('with %s', (_name, version, pairs, expected) => {
    expect(requestHost(lines(...pairs), version, 'http')?.canonical).toBe(expected);
  });
});
