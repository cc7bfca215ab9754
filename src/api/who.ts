/** `GET /me` and `POST /session`: who is calling, and a pass for it. @module */
import type { Caller } from '../accounts/callers.ts';
import { forbidden, found, refusal, unauthenticated, unrecognised } from './answer.ts';
import { NO_PROOF, proofIn, readFields } from './body.ts';
import { presentedBy } from './caller.ts';
import type { ApiDeps } from './contract.ts';
import type { Endpoint, Visit } from './endpoint.ts';

/** Builds the endpoint that tells a program what it is here. */
export const meEndpoint = (): Endpoint => ({
  method: 'GET',
  path: '/me',
  forCaller: (_visit, caller) => found(documentOf(caller)),
});

function documentOf(caller: Caller) {
  if (caller.kind === 'bearer') {
    const { name, scopes, expiresAtMs } = caller.bearer;
    return { kind: 'bearer', name, scopes, expires_at: isoTime(expiresAtMs) };
  }
  const { id, name, realm, groups } = caller.identity;
  return { kind: 'service', id, name: name.slice(0, -realm.length - 1), realm, groups };
}

/** Builds the endpoint that trades one code for a pass; the code is in the head or in the body. */
export function sessionEndpoint(deps: ApiDeps): Endpoint {
  return {
    method: 'POST',
    path: '/session',
    async forAnybody(visit) {
      const presented = await proofOf(visit);
      if ('status' in presented) return presented;
      const recognised = await deps.recognise(presented, visit.attempt);
      if (!recognised.ok) return unrecognised(recognised);
      const { caller } = recognised;
      // A pass that could renew itself would never end.
      if (caller.kind !== 'service' || caller.session !== undefined) {
        return forbidden('A session is given for the current code of a service alone.');
      }
      const pass = await deps.startPass(caller.identity);
      if (pass === undefined) return unauthenticated();
      const { token, expiresAtMs } = pass;
      const expiresInSec = Math.floor((expiresAtMs - deps.clock.nowMs()) / 1000);
      return found(
        { token, token_type: 'Bearer', expires_in: expiresInSec, expires_at: isoTime(expiresAtMs) },
        201,
      );
    },
  };
}

async function proofOf({ req }: Visit) {
  const presented = presentedBy(req);
  if (presented !== undefined) return presented;
  if (req.headers['content-type'] === undefined) return unauthenticated();
  const body = await readFields(req);
  if (!body.ok) return refusal(body.refusal);
  const proof = proofIn(body.fields);
  return proof === undefined ? NO_PROOF : { scheme: 'code' as const, ...proof };
}

const isoTime = (ms: number) => new Date(ms).toISOString();
