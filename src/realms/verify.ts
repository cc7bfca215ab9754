/** `POST {prefix}/verify/`: one service asks whether another one is who it says. @module */
import { type Answer, NO_PERMISSION, throttled } from './answer.ts';
import type { Fields } from './body.ts';
import {
  AUTH_FIELDS,
  authenticate,
  MIXTURE,
  proofIn,
  reuseOf,
  rulesOf,
  type TripleNames,
} from './caller.ts';
import type { RealmsDeps, RequestContextLike } from './contract.ts';
import { readAll } from './fields.ts';

const PLAIN_FIELDS = ['name', 'realm', 'token'] as const;
const VERIFY_FIELDS = ['verifyname', 'verifyrealm', 'verifytoken'] as const;

/** Which fields hold which of the two triples. */
interface Generation {
  readonly caller: TripleNames;
  readonly subject: TripleNames;
}

const FIRST: Generation = { caller: PLAIN_FIELDS, subject: VERIFY_FIELDS };
const LATER: Generation = { caller: AUTH_FIELDS, subject: PLAIN_FIELDS };

/**
 * Answers in the order of the original: the caller, its realm, the fields, the subject.
 * The subject is not looked at for a caller that may not ask.
 */
export async function verifySubject(
  deps: RealmsDeps,
  fields: Fields,
  { requestId, clientAddress: source }: RequestContextLike,
): Promise<Answer> {
  const generation = generationOf(fields);
  if (generation === undefined) return MIXTURE;
  const { policy, services } = deps;
  const attempt = { source, requestId };
  const authenticated = await authenticate(deps, proofIn(deps, fields, generation.caller), {
    attempt,
    realms: [policy.adminRealm, policy.authRealm],
    // Clients send one code with every call of its step; some send it as both tokens.
    reuse: 'allow',
  });
  if (!authenticated.ok) return authenticated.answer;
  const read = readAll(fields, generation.subject, rulesOf(policy));
  if (!read.ok) return { status: 400, body: read.errors };
  const [name, realm, code] = read.texts;
  const verified = await services.verify(
    { name, realm, code },
    { ...attempt, voucher: authenticated.caller },
    { reuse: reuseOf(policy, realm) },
  );
  if (verified.ok) return { status: 200, body: { status: 'OK' } };
  return verified.reason === 'throttled' ? throttled(verified.retryAfterSec) : NO_PERMISSION;
}

/** @returns undefined for a mixture, in which nobody can say who is who */
function generationOf(fields: Fields): Generation | undefined {
  const has = (names: readonly string[]) => names.some((name) => fields.has(name));
  if (!has(AUTH_FIELDS)) return FIRST;
  return has(VERIFY_FIELDS) ? undefined : LATER;
}
