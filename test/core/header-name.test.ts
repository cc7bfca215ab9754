import { describe, expect, it } from 'vitest';
import { foldHeaderName, isVouchedName, VOUCHED_HEADERS } from '../../src/core/header-name.ts';

describe('foldHeaderName', () => {
  it.each([
    ['Remote-User', 'remote-user'],
    ['REMOTE_USER', 'remote-user'],
    ['remote.user', 'remote-user'],
    ['X_Forwarded_For', 'x-forwarded-for'],
    ['X-FORWARDED_USER', 'x-forwarded-user'],
    ['remote~user', 'remote-user'],
    ['x-a1', 'x-a1'],
    // U+212A KELVIN SIGN becomes an ASCII k in lower case: no way around the comparison.
    ['\u212A', 'k'],
    ['\u0130', 'i-'],
    ['', ''],
  ])('reads %j as %j', (name, folded) => {
    expect(foldHeaderName(name)).toBe(folded);
  });

  it('leaves every vouched name as it is, so that folded names can be looked up', () => {
    for (const name of VOUCHED_HEADERS) expect(foldHeaderName(name)).toBe(name);
  });
});

describe('isVouchedName', () => {
  it.each([
    ['x-forwarded-access-token', true],
    ['x-forwarded-tls-client-cert', true],
    ['x-original-path', true],
    ['x-auth-request-preferred-username', true],
    ['remote-realm', true],
    ['x-webauth-role', true],
    ['x-authentik-meta-app', true],
    ['x-pomerium-claim-groups', true],
    ['x-pomerium-jwt-assertion', false],
    ['x-auth-token', false],
    ['x-forwarded', false],
    ['x-forwardedness', false],
    ['remotes-user', false],
    ['accept', false],
  ])('knows the family of %s: %s', (name, isVouched) => {
    expect(isVouchedName(name)).toBe(isVouched);
  });

  it('knows every name of the list', () => {
    for (const name of VOUCHED_HEADERS) expect(isVouchedName(name)).toBe(true);
  });
});
