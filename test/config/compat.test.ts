import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from './load-text.ts';

const UPSTREAM = 'upstream: http://a\n';

describe('compat.code_check', () => {
  it('is off unless it stands there, and takes its defaults then', () => {
    expect(configOf(UPSTREAM).compat.codeCheck).toBeUndefined();
    expect(configOf(`${UPSTREAM}compat: { code_check: {} }\n`).compat.codeCheck).toEqual({
      path: '/check',
      origins: [],
    });
  });

  it('reads origins as browsers write them', () => {
    const text = `${UPSTREAM}compat: { code_check: { origins: ["https://App.example.com:443"] } }\n`;
    expect(configOf(text).compat.codeCheck?.origins).toEqual(['https://app.example.com']);
  });

  it.each([
    [
      `compat: { code_check: { path: /_auth/check } }\n${UPSTREAM}`,
      '1:31: compat.code_check.path: "/_auth/check" overlaps prefix (/_auth), where the door\'s own pages are — write another path',
    ],
    [
      `compat: { code_check: { path: /otp/check } }\nrealms: { enabled: true, prefix: /otp }\n${UPSTREAM}`,
      '1:31: compat.code_check.path: "/otp/check" overlaps realms.prefix (/otp), where services ask — write another path',
    ],
    [
      `routes:\n  - path: /check/x\n    ${UPSTREAM}compat: { code_check: {} }\n`,
      '2:11: routes[0].path: "/check/x" lies within compat.code_check.path (/check), where codes are checked — write another path, or another compat.code_check.path',
    ],
  ])('refuses %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([`config.yaml:${problem}`]);
  });
});

describe('access of a route', () => {
  const accessOf = (access: string) =>
    configOf(`routes:\n  - access: ${access}\n    ${UPSTREAM}`).routes[0]?.access;

  it('may name realms, with groups or without', () => {
    expect(accessOf('{ realms: [monitoring] }')).toEqual({
      kind: 'groups',
      groups: [],
      realms: ['monitoring'],
    });
    expect(accessOf('{ groups: [ops], realms: [monitoring] }')).toEqual({
      kind: 'groups',
      groups: ['ops'],
      realms: ['monitoring'],
    });
  });

  it('refuses lists that let nobody in', () => {
    const of = (access: string) => problemsOf(`routes:\n  - access: ${access}\n    ${UPSTREAM}`);
    expect(of('{ realms: [] }')).toEqual([
      'config.yaml:2:15: routes[0].access.realms: is an empty list, so that nobody could pass — name a realm, or write access: deny',
    ]);
    expect(of('{}')).toHaveLength(1);
  });
});
