import { describe, expect, it } from 'vitest';
import { parseHttpOrigin } from '../../src/core/http-origin.ts';

describe('parseHttpOrigin', () => {
  it.each([
    ['https://tools.example.com', 'https://tools.example.com'],
    ['https://tools.example.com/', 'https://tools.example.com'],
    ['HTTPS://Tools.Example.com:443', 'https://tools.example.com'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('reads %s as %s', (text, origin) => {
    const parsed = parseHttpOrigin(text);
    expect(parsed.ok && parsed.value.origin).toBe(origin);
  });

  it.each([
    ['tools.example.com', 'has no scheme'],
    ['localhost:8080', 'has no scheme'],
    ['//tools.example.com', 'has no scheme'],
    ['https:tools.example.com', 'has no scheme'],
    ['ftp://tools.example.com', 'is neither http nor https'],
    ['javascript://x', 'is neither http nor https'],
    ['wss://tools.example.com', 'has the scheme of a WebSocket'],
    ['https://', 'is not a URL'],
    ['https://a b', 'holds a space or a backslash'],
    ['https:\\\\evil', 'holds a space or a backslash'],
    ['ht\ttps://a', 'holds a space or a backslash'],
    ['https://user:pass@a', 'holds a user name or a password'],
    ['user:pass@a', 'holds a user name or a password'],
    ['https://a:0', 'has port 0'],
    ['https://a:65536', 'is not a URL'],
    ['https://a/app', 'has a path'],
    ['https://a/?', 'has a query or a fragment'],
    ['https://a#', 'has a query or a fragment'],
  ])('refuses %j: it %s', (text, problem) => {
    expect(parseHttpOrigin(text)).toMatchObject({ ok: false, refusal: { problem } });
  });
});
