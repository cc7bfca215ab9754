import { describe, expect, it } from 'vitest';
import { planOf, routeWithPort } from '../../src/snippets/plan.ts';
import { configOf } from '../config/load-text.ts';

const ASKED = 'forward_auth: nginx\ntrusted_proxies: [127.0.0.1]\n';
const planFor = (routes: string, more = '') =>
  planOf(configOf(`${ASKED}${more}routes:\n${routes}`), { upstream: 'http://127.0.0.1:1' });

describe('a plan', () => {
  it('has one site for each host, and those for every host come last', () => {
    const planned = planFor(
      '  - { path: /all }\n  - { host: a.example.com }\n  - { host: "b.example.com:8443", path: /x }\n',
    );
    expect(planned).toMatchObject({
      ok: true,
      plan: {
        isTls: true,
        door: '127.0.0.1:8080',
        sites: [
          { host: 'a.example.com', port: 443, places: [{ path: '/all' }, { path: '/' }] },
          { host: 'b.example.com', port: 8443, places: [{ path: '/all' }, { path: '/x' }] },
          { host: undefined, port: 443, places: [{ path: '/all' }] },
        ],
      },
    });
  });

  it('listens without TLS where people come by http, on their port', () => {
    const planned = planFor('  - {}\n', 'public_url: http://tools.localhost:8081\n');
    expect(planned).toMatchObject({ plan: { isTls: false, sites: [{ port: 8081 }] } });
  });

  it('writes an IPv6 address of the door in brackets', () => {
    const planned = planFor('  - {}\n', 'listen: "[::1]:8080"\n');
    expect(planned).toMatchObject({ plan: { door: '[::1]:8080' } });
  });

  it('leaves rules to the door: routes that differ by access or method are one place', () => {
    const planned = planFor(
      '  - { path: /a, methods: [GET], access: public }\n  - { path: /a }\n  - { path: /b, access: deny }\n',
    );
    expect(planned).toMatchObject({ plan: { sites: [{ places: [{ path: '/a' }] }] } });
  });

  it('refuses what a gateway cannot be told', () => {
    const byMethod = planFor(
      '  - { methods: [GET], upstream: "http://a" }\n  - { path: /x, upstream: "http://b" }\n',
    );
    expect(byMethod).toMatchObject({ ok: false, problem: expect.stringMatching(/by method/) });
  });
});

describe('a route whose host names a port', () => {
  const rules = (host: string) =>
    configOf(`forward_auth: caddy\ntrusted_proxies: [127.0.0.1]\nroutes: [{ host: "${host}" }]\n`);
  const config = rules('a.example.com:8443');

  it.each(['traefik', 'caddy', 'envoy'] as const)('is none for %s', (gateway) => {
    expect(routeWithPort(config, gateway)).toBe(config.routes[0]?.name);
    expect(routeWithPort(rules('a.example.com'), gateway)).toBe(undefined);
  });

  it.each(['nginx', 'haproxy'] as const)('is fine for %s, which says the real one', (gateway) => {
    expect(routeWithPort(config, gateway)).toBe(undefined);
  });
});
