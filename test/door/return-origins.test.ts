import { expect, it } from 'vitest';
import { returnOriginsOf } from '../../src/door/return-origins.ts';
import { configOf } from '../config/load-text.ts';

const ROUTES = `routes:
  - { host: app.example.com, access: deny }
  - { host: example.com, access: deny }
  - { host: "odd.example.com:8443", access: deny }
  - { host: notexample.com, access: deny }
  - { access: deny }
`;
const originsOf = (yaml: string) => [...returnOriginsOf(configOf(yaml + ROUTES))];

it('holds the hosts that a route names below the domain, as people come to them', () => {
  const domain = 'session: { cookie_domain: example.com }\n';
  expect(originsOf(`public_url: https://app.example.com\n${domain}`)).toEqual([
    'https://app.example.com',
    'https://example.com',
    'https://odd.example.com:8443',
  ]);
  expect(originsOf(`public_url: http://app.example.com:8080\n${domain}`)).toEqual([
    'http://app.example.com:8080',
    'http://example.com:8080',
    'http://odd.example.com:8443',
  ]);
  expect(originsOf(domain)).toContain('https://app.example.com');
});

it('is empty where every host has its own session', () => {
  expect(originsOf('public_url: https://app.example.com\n')).toEqual([]);
});
