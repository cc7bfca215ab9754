import { describe, expect, it } from 'vitest';
import { loadText } from './load-text.ts';

const warningsOf = (text: string) => {
  const { result } = loadText(`upstream: http://127.0.0.1:8888\n${text}\n`);
  return result.ok ? result.warnings : ['refused'];
};

describe('a warning', () => {
  it.each([
    ['auth: {signup: open}\nlisten: 0.0.0.0:8080', 'auth.signup is open'],
    ['auth: {signup: open}\nlisten: "[::]:8080"', 'auth.signup is open'],
    ['auth: {signup: open}\nlisten: [127.0.0.1:80, 10.0.0.1:80]', 'auth.signup is open'],
    ['auth: {signup: open}\nlisten: door.internal:80', 'auth.signup is open'],
    ['public_url: http://tools.example.com', 'public_url is plain http'],
    ['admin: {listen: "0.0.0.0:9180"}', 'admin.listen is 0.0.0.0'],
    ['trusted_proxies: [0.0.0.0/0]', 'trusted_proxies holds 0.0.0.0/0, which is everyone'],
    ['trusted_proxies: ["::/0"]', 'trusted_proxies holds ::/0, which is everyone'],
  ])('is given for %j', (text, beginning) => {
    const warnings = warningsOf(text);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.startsWith(beginning), warnings[0]).toBe(true);
  });

  it.each([
    'auth: {signup: open}',
    'auth: {signup: open}\nlisten: ["127.9.9.9:80", "[::1]:80", "localhost:80"]',
    'auth: {signup: invite}\nlisten: 0.0.0.0:8080',
    'public_url: http://localhost:8080',
    'public_url: http://[::1]:8080',
    'public_url: https://tools.example.com',
    'trusted_proxies: [10.0.0.0/8]',
    'admin: {listen: "[::1]:9180"}',
    'admin: off',
  ])('is not given for %j', (text) => {
    expect(warningsOf(text)).toEqual([]);
  });
});
