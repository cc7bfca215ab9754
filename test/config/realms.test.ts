import { describe, expect, it } from 'vitest';
import { problemsOf } from './load-text.ts';

const UPSTREAM = 'upstream: http://a\n';

describe('realms', () => {
  it.each([
    [
      'realms: { enabled: true, prefix: /_auth/services }\n',
      '1:34: realms.prefix: "/_auth/services" overlaps prefix (/_auth), where the door\'s own pages are — write another path',
    ],
    [
      'prefix: /otp/pages\nrealms: { enabled: true, prefix: /otp }\n',
      '2:34: realms.prefix: "/otp" overlaps prefix (/otp/pages), where the door\'s own pages are — write another path',
    ],
    [
      'realms: { admin_realm: one, auth_realm: one }\n',
      '1:41: realms.auth_realm: is the admin realm too, so that whoever may ask may manage — give each a realm of its own',
    ],
    [
      'realms: { reuse: { allow: [a, b], once: [b] } }\n',
      '1:42: realms.reuse.once[0]: "b" stands in allow too — keep it in one of the lists',
    ],
    [
      'realms: { max_length: 14, auth_realm: a-much-longer-realm }\n',
      '1:39: realms.auth_realm: is longer than realms.max_length (14) — raise max_length, or name a shorter realm',
    ],
  ])('refuses %j', (text, problem) => {
    expect(problemsOf(text + UPSTREAM)).toEqual([`config.yaml:${problem}`]);
  });

  it('refuses a route that could never match, only while it is on', () => {
    const routes = `routes:\n  - path: /ungleichotp/x\n    ${UPSTREAM}`;
    expect(problemsOf(`${routes}realms: { enabled: false }\n`)).toEqual([]);
    expect(problemsOf(`${routes}realms: { enabled: true }\n`)).toEqual([
      'config.yaml:2:11: routes[0].path: "/ungleichotp/x" lies within realms.prefix (/ungleichotp), where services ask — write another path, or another realms.prefix',
    ]);
  });
});
