/** Who asks: three ways to say it, never two of them at once. @module */
import type { IncomingMessage } from 'node:http';
import type { Service, ServiceAttempt, ServiceProof } from '../accounts/services-contract.ts';
import { parseOtpAuthorization } from '../core/otp-authorization.ts';
import { type Answer, BAD_CREDENTIALS, NO_PERMISSION, throttled } from './answer.ts';
import type { Fields } from './body.ts';
import type { RealmsDeps } from './contract.ts';
import { readAll } from './fields.ts';

/** A caller that has proved itself, or what to answer instead. */
export type CallerResult =
  | { readonly ok: true; readonly caller: Service }
  | { readonly ok: false; readonly answer: Answer };

/** The names under which a body carries a triple. */
export type TripleNames = readonly [name: string, realm: string, token: string];

/** The caller of later clients, and of everything but verifying. */
export const AUTH_FIELDS = ['auth_name', 'auth_realm', 'auth_token'] as const;

/** The answer to a request that says in two ways who asks, or about whom. */
export const MIXTURE: Answer = {
  status: 400,
  body: { non_field_errors: ['The fields of two kinds of request are mixed.'] },
};

/** Reads a triple; an unfit one proves nothing, whatever is wrong with it. */
export function proofIn(
  { policy }: RealmsDeps,
  fields: Fields,
  names: TripleNames,
): ServiceProof | undefined {
  const read = readAll(fields, names, rulesOf(policy));
  if (!read.ok) return undefined;
  const [name, realm, code] = read.texts;
  return { name, realm, code };
}

/** What the settings say about single fields. */
export const rulesOf = ({ maxLength, totp }: RealmsDeps['policy']) => ({
  maxLength,
  digits: totp.digits,
});

/**
 * Checks a caller's proof and that its realm is one of `realms`. Other realms have no
 * access here, also with the right code.
 */
export async function authenticate(
  deps: RealmsDeps,
  proof: ServiceProof | undefined,
  how: {
    readonly attempt: ServiceAttempt;
    readonly realms: readonly string[];
    readonly reuse: 'allow' | 'once';
  },
): Promise<CallerResult> {
  if (proof === undefined) return { ok: false, answer: BAD_CREDENTIALS };
  const verified = await deps.services.verify(proof, how.attempt, { reuse: how.reuse });
  if (verified.ok) {
    const isAllowed = how.realms.includes(verified.service.realm);
    return isAllowed
      ? { ok: true, caller: verified.service }
      : { ok: false, answer: NO_PERMISSION };
  }
  const answer =
    verified.reason === 'throttled' ? throttled(verified.retryAfterSec) : BAD_CREDENTIALS;
  return { ok: false, answer };
}

/**
 * The caller of a request that manages services: from `Authorization: OTP`, or from
 * `auth_name`, `auth_realm` and `auth_token` in the body.
 */
export function managerProof(
  deps: RealmsDeps,
  req: IncomingMessage,
  fields: Fields,
): ServiceProof | 'mixture' | undefined {
  const header = parseOtpAuthorization(req.headers.authorization);
  const isInBody = AUTH_FIELDS.some((name) => fields.has(name));
  if (header === undefined) return proofIn(deps, fields, AUTH_FIELDS);
  if (isInBody) return 'mixture';
  if (header === 'malformed') return undefined;
  return { name: header.name, realm: header.realm, code: header.token };
}

/** How often the codes of a realm count. */
export function reuseOf({ reuse }: RealmsDeps['policy'], realm: string): 'allow' | 'once' {
  if (reuse.once.includes(realm)) return 'once';
  return reuse.allow.includes(realm) ? 'allow' : reuse.default;
}
