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
  it.each([
    ['same-origin', undefined, url, true],
    ['same-origin', 'https://evil.example', url, true],
    ['none', undefined, url, true],
    ['same-site', 'https://tools.example.com', url, false],
    ['cross-site', 'https://tools.example.com', url, false],
    ['cross-site', 'null', url, false],
    ['cross-site', 'null', undefined, false],
    ['', undefined, url, false],
    [undefined, undefined, url, true],
    [undefined, 'https://tools.example.com', url, true],
    [undefined, 'https://tools.example.com:8443', url, false],
    [undefined, 'http://tools.example.com', url, false],
    [undefined, 'https://tools.example.com.evil.example', url, false],
    [undefined, 'null', url, false],
    [undefined, 'https://evil.example', undefined, true],
  ])('Sec-Fetch-Site %j, Origin %j, public_url %s: %j', (secFetchSite, origin, publicUrl, own) => {
    expect(isOwnOrigin({ secFetchSite, origin }, publicUrl)).toBe(own);
  });
});
