import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from './load-text.ts';

const LISTED = 'trusted_proxies: [127.0.0.1]\n';

describe('forward_auth', () => {
  it('is off unless somebody says who asks', () => {
    expect(configOf('upstream: http://a\n').forwardAuth).toBeUndefined();
  });

  it.each(['nginx', 'traefik', 'caddy', 'haproxy', 'envoy'])('may be %s', (gateway) => {
    const text = `forward_auth: ${gateway}\n${LISTED}routes:\n  - path: /\n`;
    expect(configOf(text)).toMatchObject({
      forwardAuth: gateway,
      routes: [{ path: '/', upstream: undefined, access: { kind: 'signed-in' } }],
    });
  });

  it.each([
    [
      `forward_auth: apache\n${LISTED}upstream: http://a\n`,
      [
        '1:15: forward_auth: "apache" is not a choice here — write one of nginx, traefik, caddy, haproxy, envoy',
      ],
    ],
    [
      'forward_auth: nginx\nroutes:\n  - path: /\n',
      [
        '1:15: forward_auth: nginx would never be believed, because trusted_proxies is empty — add trusted_proxies: [127.0.0.1], or where the web server is',
      ],
    ],
    [
      `forward_auth: nginx\n${LISTED}`,
      ['1:1: nothing says where requests go — add upstream: http://127.0.0.1:8888, or routes'],
    ],
  ])('refuses %j', (text, lines) => {
    expect(problemsOf(text)).toEqual(lines.map((line) => `config.yaml:${line}`));
  });

  it('keeps the problem of a route without an upstream to itself when it is misspelt', () => {
    const text = `forward_auth: nginks\n${LISTED}routes:\n  - path: /\n`;
    expect(problemsOf(text)).toHaveLength(1);
  });
});
