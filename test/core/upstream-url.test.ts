import { describe, expect, it } from 'vitest';
import { parseUpstreamUrl } from '../../src/core/upstream-url.ts';

describe('parseUpstreamUrl', () => {
  it.each([
    ['http://127.0.0.1:8888', { origin: 'http://127.0.0.1:8888' }],
    ['http://127.0.0.1:8888/', { origin: 'http://127.0.0.1:8888' }],
    ['https://Wiki.internal:443', { origin: 'https://wiki.internal' }],
    ['unix:/run/app.sock', { origin: 'http://localhost', socketPath: '/run/app.sock' }],
    ['unix:///run/app.sock', { origin: 'http://localhost', socketPath: '/run/app.sock' }],
  ])('reads %s', (text, value) => {
    expect(parseUpstreamUrl(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['http://a:1/app', 'has a path', 'remove it: the path of each request is passed on unchanged'],
    [
      'http://a:1/?x=1',
      'has a query or a fragment',
      'remove it: the path of each request is passed on unchanged',
    ],
    [
      'http://u:p@a:1',
      'holds a user name or a password',
      'remove everything up to the @: the door adds no credentials of its own',
    ],
    ['unix:run/app.sock', 'names no absolute path', 'write unix:/path/to/socket'],
    ['unix:', 'names no absolute path', 'write unix:/path/to/socket'],
    [
      'unix:/run/a\u0000b',
      'holds a control character',
      'write http://host:port, https://host:port or unix:/path/to/socket',
    ],
    [
      `unix:/${'a'.repeat(107)}`,
      "is longer than the 107 bytes that a socket's path may have",
      'use a shorter path',
    ],
    [
      'ftp://a',
      'is neither http nor https',
      'write http://host:port, https://host:port or unix:/path/to/socket',
    ],
  ])('refuses %j: it %s', (text, problem, remedy) => {
    expect(parseUpstreamUrl(text)).toEqual({ ok: false, refusal: { problem, remedy } });
  });

  it('suggests the URL that a bare address was meant to be', () => {
    expect(parseUpstreamUrl('localhost:8888')).toMatchObject({
      refusal: { problem: 'has no scheme', suggestion: 'http://localhost:8888' },
    });
  });
});
