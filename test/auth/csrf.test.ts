import { describe, expect, it } from 'vitest';
import { createCsrf, isOwnOrigin } from '../../src/auth/csrf.ts';
import { testKeys } from './test-room.ts';

describe('the synchroniser token', () => {
  const csrf = createCsrf(testKeys());

  it('belongs to one flow and to one door', () => {
    const token = csrf.token('flow');
    expect(csrf.matches('flow', token)).toBe(true);
    expect(csrf.matches('other', token)).toBe(false);
    expect(createCsrf(testKeys()).matches('flow', token)).toBe(false);
  });

  it.each([[undefined], [''], ['x'], ['A'.repeat(43)], ['é'.repeat(5000)]])(
    'refuses %j',
    (token) => {
      expect(csrf.matches('flow', token)).toBe(false);
    },
  );
});

describe('isOwnOrigin', () => {
  const url = new URL('https://tools.example.com');
  const plain = new URL('http://tools.example.com:8080');
  const [tools, wiki] = ['tools.example.com', 'wiki.example.com'];
  it.each([
    ['same-origin', undefined, url, tools, true],
    ['same-origin', 'https://evil.example', url, tools, true],
    ['none', undefined, url, tools, true],
    ['same-site', 'https://tools.example.com', url, tools, false],
    ['cross-site', 'https://tools.example.com', url, tools, false],
    ['cross-site', 'null', url, tools, false],
    ['cross-site', 'null', undefined, tools, false],
    ['', undefined, url, tools, false],
    [undefined, undefined, url, tools, true],
    [undefined, 'https://tools.example.com', url, tools, true],
    // Behind a gateway's subrequest the host is the gateway's own name for the door.
    [undefined, 'https://tools.example.com', url, 'door:8080', true],
    [undefined, 'https://tools.example.com:8443', url, tools, false],
    [undefined, 'http://tools.example.com', url, tools, false],
    [undefined, 'https://tools.example.com.evil.example', url, tools, false],
    [undefined, 'null', url, tools, false],
    [undefined, 'null', url, '', false],
    [undefined, 'https://evil.example', undefined, tools, true],
    // One door for several hosts, each with its own sign-in page.
    [undefined, 'https://wiki.example.com', url, wiki, true],
    [undefined, 'http://wiki.example.com:8080', plain, `${wiki}:8080`, true],
    [undefined, 'http://wiki.example.com', url, wiki, false],
    [undefined, 'https://wiki.example.com', url, tools, false],
    [undefined, 'http://wiki.example.com:8081', plain, `${wiki}:8080`, false],
    [undefined, 'http://evil.example', plain, `${wiki}:8080`, false],
  ])('Sec-Fetch-Site %j, Origin %j, public_url %s, host %j: %j', (...row) => {
    const [secFetchSite, origin, publicUrl, host, own] = row;
    const scheme = publicUrl === plain ? 'http' : 'https';
    expect(isOwnOrigin({ secFetchSite, origin }, { publicUrl, scheme, host })).toBe(own);
  });
});
