/** Schema of `auth` and `session`: who gets in, how, and for how long. @module */
import * as z from 'zod';
import { parseHostName } from '../core/host-name.ts';
import { accepted, type Parsed, refused } from '../core/parsed.ts';
import { choice, duration, list, parsedText, section, text, whole } from './scalars.ts';

const totpSchema = section({
  issuer: text('a name of up to 64 characters without a colon', /^[^:\p{Cc}]{1,64}$/u)
    .prefault('Sallyport')
    .describe('Name that authenticator apps show beside the account.'),
  // A union of literals is what the JSON Schema should list, and what the type should say.
  digits: z
    .literal([6, 7, 8], { error: '6, 7 or 8' })
    .default(6)
    .describe('Digits of a code; most apps know 6 only.'),
  period: duration({ min: '15s', max: '120s' })
    .refine((ms) => ms % 1_000 === 0, { error: 'a whole number of seconds' })
    .prefault('30s')
    .describe('How long one code lasts; most apps know 30s only.'),
  algorithm: choice(['SHA1', 'SHA256', 'SHA512'])
    .default('SHA1')
    .describe('Hash of the codes: SHA1, SHA256, SHA512; most apps know SHA1 only.'),
  window: whole(0, 3).default(1).describe('Codes accepted before and after the current one.'),
});

const budgetSchema = (defaults: { readonly free: number; readonly per_day: number }) =>
  section({
    free: whole(0, 1_000).default(defaults.free).describe('Failures that cost no waiting.'),
    base_wait: duration({ min: '100ms', max: '1d' })
      .prefault('1s')
      .describe('First wait after them; doubles with each further failure.'),
    max_wait: duration({ min: '100ms', max: '1d' }).prefault('15m').describe('Longest wait.'),
    per_day: whole(1, 1_000_000)
      .default(defaults.per_day)
      .describe('Failures within 24 hours, after which nothing is tried any more.'),
  }).prefault({});

const throttleSchema = section({
  source: budgetSchema({ free: 10, per_day: 300 }).describe(
    'Per source: an IPv4 address or an IPv6 /64 network.',
  ),
  account: budgetSchema({ free: 5, per_day: 60 }).describe(
    'Per account, from browsers that never signed in to it.',
  ),
  device: budgetSchema({ free: 5, per_day: 40 }).describe(
    'Per account and browser that has signed in to it before.',
  ),
});

/** `auth`. */
export const authSchema = section({
  factors: list(choice(['password', 'totp']), 'a list: [password, totp] or [totp]')
    .prefault(['password', 'totp'])
    .describe('What a person shows to sign in: [password, totp] or [totp].'),
  signup: choice(['closed', 'invite', 'open'])
    .default('invite')
    .describe('Who may sign up: closed (nobody), invite (who has a link), open (everyone).'),
  totp: totpSchema.prefault({}).describe('The codes of authenticator apps.'),
  throttle: throttleSchema.prefault({}).describe('How many wrong guesses cost what.'),
});

/** `session`. */
export const sessionSchema = section({
  lifetime: duration({ min: '1s', max: '400d' })
    .prefault('24h')
    .describe('After this a person signs in again, whatever happened.'),
  idle: duration({ min: '1s', max: '400d' })
    .prefault('8h')
    .describe('After this long without a request a person signs in again.'),
  cookie_name: parsedText('a cookie name', parseCookieName)
    .prefault('sallyport')
    .describe('Name of the session cookie; __Host- is put in front of it on https.'),
  cookie_domain: parsedText('a domain', parseCookieDomain)
    .optional()
    .describe('Domain whose hosts share the session; the host of the door alone by default.'),
});

function parseCookieName(name: string): Parsed<string> {
  const meant = name.replace(/^__(?:host|secure)-/i, '');
  if (meant !== name) {
    return refused('has a prefix that the door adds itself', 'leave the prefix out', meant);
  }
  // RFC 6265 §4.1.1, RFC 9110 §5.6.2: a cookie's name is a token.
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name)
    ? accepted(name)
    : refused('is not a cookie name', 'use up to 64 letters, digits and - _');
}

function parseCookieDomain(domain: string): Parsed<string> {
  if (domain.startsWith('.')) {
    return refused('starts with a dot', 'leave the dot out', domain.slice(1));
  }
  const name = parseHostName(domain);
  if (!name.ok) return name;
  if (!name.value.includes('.') || /^[\d.]+$/.test(name.value)) {
    return refused(
      'is no domain that browsers share cookies in',
      'write a domain such as example.com, or leave the key out',
    );
  }
  return name;
}
