import { describe, expect, it } from 'vitest';
import { problemsOf } from './load-text.ts';

const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';

describe('auth and session', () => {
  it.each([
    [
      'auth: {factors: []}\n',
      [
        '1:8: auth.factors: does not hold totp, which is always asked for — write [password, totp], or [totp]',
      ],
    ],
    [
      'auth: {factors: [password]}\n',
      [
        '1:8: auth.factors: does not hold totp, which is always asked for — write [password, totp], or [totp]',
      ],
    ],
    [
      'auth: {factors: [totp, totp]}\n',
      ['1:8: auth.factors: names a factor twice — write [password, totp], or [totp]'],
    ],
    [
      'auth: {factors: [totp, sms]}\n',
      ['1:24: auth.factors[1]: "sms" is not a choice here — write one of password, totp'],
    ],
    [
      'auth: {signup: anyone}\n',
      ['1:16: auth.signup: "anyone" is not a choice here — write one of closed, invite, open'],
    ],
    [
      'auth:\n  totp:\n    digits: 9\n    period: 10s\n    algorithm: MD5\n    window: 4\n    issuer: "a:b"\n',
      [
        '3:13: auth.totp.digits: 9 is not a choice here — write 6, 7 or 8',
        '4:13: auth.totp.period: "10s" is too little — write 15s to 120s',
        '5:16: auth.totp.algorithm: "MD5" is not a choice here — write one of SHA1, SHA256, SHA512',
        '6:13: auth.totp.window: 4 is too much — write a whole number from 0 to 3',
        '7:13: auth.totp.issuer: "a:b" does not fit — write a name of up to 64 characters without a colon',
      ],
    ],
    [
      'auth: {totp: {period: 15500ms}}\n',
      ['1:23: auth.totp.period: "15500ms" does not fit — write a whole number of seconds'],
    ],
    [
      'auth: {totp: {period: 3m}}\n',
      ['1:23: auth.totp.period: "3m" is too much — write 15s to 120s'],
    ],
    [
      'auth: {totp: {window: 1.5}}\n',
      ['1:23: auth.totp.window: 1.5 is a number — write a whole number from 0 to 3'],
    ],
    [
      'auth: {totp: {window: "1"}}\n',
      ['1:23: auth.totp.window: "1" is text — write a whole number from 0 to 3'],
    ],
    [
      'auth:\n  throttle:\n    account: {per_day: 90}\n',
      [
        '3:24: auth.throttle.account.per_day: 90 and device.per_day 40 allow 130 guesses a day, too many for six digits — lower them to 100 together',
      ],
    ],
    [
      'auth:\n  throttle:\n    source: {base_wait: 1h}\n',
      [
        '3:25: auth.throttle.source.base_wait: 1h is longer than max_wait (15m) — write 15m or less, or raise max_wait',
      ],
    ],
    [
      'auth:\n  throttle:\n',
      ['2:3: auth.throttle: has no value — write a section of keys, or remove the key'],
    ],
    [
      'session:\n  idle: 30h\n',
      ['2:9: session.idle: 30h is longer than session.lifetime (24h) — write 24h or less'],
    ],
    [
      'session:\n  lifetime: 4h\n',
      [
        '1:1: session.idle: 8h (the default) is longer than session.lifetime (4h) — write 4h or less',
      ],
    ],
    [
      'session:\n  lifetime: 24\n',
      ['2:13: session.lifetime: 24 is a number — write a duration such as 30s, 15m or 8h'],
    ],
    [
      'session:\n  cookie_name: __Host-a\n',
      ['2:16: session.cookie_name: "__Host-a" has a prefix that the door adds itself — write a'],
    ],
    [
      'session:\n  cookie_name: __secure-a\n',
      ['2:16: session.cookie_name: "__secure-a" has a prefix that the door adds itself — write a'],
    ],
    [
      'session:\n  cookie_name: a b\n',
      [
        '2:16: session.cookie_name: "a b" is not a cookie name — use up to 64 letters, digits and - _',
      ],
    ],
    [
      'public_url: https://a.example.com\nsession:\n  cookie_domain: other.com\n',
      [
        '3:18: session.cookie_domain: "other.com" does not hold the host of public_url (a.example.com), so that browsers drop the cookie — write a domain that public_url is in, or remove the key',
      ],
    ],
    [
      'public_url: https://badexample.com\nsession:\n  cookie_domain: example.com\n',
      [
        '3:18: session.cookie_domain: "example.com" does not hold the host of public_url (badexample.com), so that browsers drop the cookie — write a domain that public_url is in, or remove the key',
      ],
    ],
    [
      'session:\n  cookie_domain: .example.com\n',
      ['2:18: session.cookie_domain: ".example.com" starts with a dot — write example.com'],
    ],
    [
      'session:\n  cookie_domain: com\n',
      [
        '2:18: session.cookie_domain: "com" is no domain that browsers share cookies in — write a domain such as example.com, or leave the key out',
      ],
    ],
    [
      'session:\n  cookie_domain: 10.0.0.1\n',
      [
        '2:18: session.cookie_domain: "10.0.0.1" is no domain that browsers share cookies in — write a domain such as example.com, or leave the key out',
      ],
    ],
  ])('%j is refused', (text, lines) => {
    expect(problemsOf(text + UPSTREAM)).toEqual(lines.map((line) => `config.yaml:${line}`));
  });

  it.each([
    ['an idle time as long as the lifetime', 'session: {idle: 4h, lifetime: 4h}'],
    [
      'a hundred guesses a day in all',
      'auth: {throttle: {account: {per_day: 99}, device: {per_day: 1}}}',
    ],
    [
      'a code of eight digits',
      'auth: {totp: {digits: 8, period: 120s, window: 0, algorithm: SHA512}}',
    ],
    [
      'a cookie for the domain of public_url',
      'public_url: https://a.example.com\nsession: {cookie_domain: example.com}',
    ],
    [
      'a cookie for the very host of public_url',
      'public_url: https://example.com\nsession: {cookie_domain: Example.com}',
    ],
  ])('accepts %s', (_, text) => {
    expect(problemsOf(`${text}\n${UPSTREAM}`)).toEqual([]);
  });
});
