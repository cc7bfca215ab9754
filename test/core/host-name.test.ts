import { describe, expect, it } from 'vitest';
import { parseHostAndPort, parseHostName } from '../../src/core/host-name.ts';

describe('parseHostName', () => {
  it.each([
    ['App.Example.COM', 'app.example.com'],
    ['app.example.com.', 'app.example.com'],
    ['localhost', 'localhost'],
    ['10.0.0.7', '10.0.0.7'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['a_b.internal', 'a_b.internal'],
  ])('reads %s as %s', (text, value) => {
    expect(parseHostName(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    '.',
    'a..b',
    '-a.b',
    'a b',
    'a/b',
    'a:1',
    'a@b',
    'a%41',
    '1.2.3',
    '127.1',
    '10.0.0.256',
    'a'.repeat(64),
    `${'a.'.repeat(127)}abc`,
  ])('refuses %j', (text) => {
    expect(parseHostName(text)).toMatchObject({
      ok: false,
      refusal: { problem: 'is not a host name' },
    });
  });

  it('refuses a wildcard, and says what matches every host', () => {
    expect(parseHostName('*.example.com')).toMatchObject({
      refusal: {
        problem: 'holds a wildcard',
        remedy: 'name one host, or leave it out to match every host',
      },
    });
  });
});

describe('parseHostAndPort', () => {
  it.each([
    ['App.example.com:8443', 'app.example.com:8443'],
    ['app.example.com:443', 'app.example.com'],
    ['app.example.com:80', 'app.example.com'],
    ['app.example.com:08443', 'app.example.com:8443'],
    ['[2001:DB8:0::1]', '[2001:db8::1]'],
    ['[::1]:8080', '[::1]:8080'],
  ])('reads %s as %s', (text, value) => {
    expect(parseHostAndPort(text)).toEqual({ ok: true, value });
  });

  it.each([
    'app:',
    'app:0',
    'app:65536',
    'app:x',
    '::1',
    '[::1',
    '[10.0.0.1]',
    '[fe80::1%25eth0]',
    'a,b',
  ])('refuses %j', (text) => {
    expect(parseHostAndPort(text)).toMatchObject({ ok: false });
  });

  it('suggests the host of a URL', () => {
    expect(parseHostAndPort('https://app.example.com/x')).toMatchObject({
      refusal: { problem: 'is a URL', suggestion: 'app.example.com' },
    });
  });
});
