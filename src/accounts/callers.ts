/** Which machine is calling: a service by its code, or whoever holds a bearer. @module */
import type { AuditSink } from '../audit/events.ts';
import type { Presented } from '../core/authorization.ts';
import type { Identity } from '../core/identity.ts';
import type { Session } from '../session/contract.ts';
import { PASS_PREFIX } from '../session/service-passes.ts';
import type { Bearer } from '../store/contract.ts';
import type { Bearers } from './bearers.ts';
import type { Budgets } from './budgets.ts';
import type { Attempt } from './contract.ts';
import type { Services } from './services-contract.ts';

/** A machine that has proved itself. */
export type Caller =
  | { readonly kind: 'bearer'; readonly bearer: Bearer }
  /** `session` where a pass was shown instead of a code. */
  | { readonly kind: 'service'; readonly identity: ServiceIdentity; readonly session?: Session };

/** A service's identity always has its realm. */
export type ServiceIdentity = Identity & { readonly realm: string };

/** One `refused` for every wrong proof. */
export type Recognised =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly reason: 'refused' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** What machines are recognised by. */
export interface CallersDeps {
  readonly bearers: Pick<Bearers, 'recognise'>;
  readonly services: Pick<Services, 'verify'>;
  readonly openPass: (token: string) => Promise<Session | undefined>;
  readonly budgets: Pick<Budgets, 'forSource' | 'take'>;
  readonly audit: AuditSink;
}

/** Finds out who shows these credentials; a code is spent by it (ADR 11). */
export type RecogniseCaller = (presented: Presented, attempt: Attempt) => Promise<Recognised>;

/** Builds the one way in for machines: the API and the gate ask it alike. */
export function createCallers(deps: CallersDeps): RecogniseCaller {
  return (presented, attempt) =>
    presented.scheme === 'bearer'
      ? recogniseBearer(deps, presented.token, attempt)
      : recogniseCode(deps, presented, attempt);
}

async function recogniseCode(
  { services }: CallersDeps,
  { name, realm, code }: Extract<Presented, { scheme: 'code' }>,
  attempt: Attempt,
): Promise<Recognised> {
  const verified = await services.verify({ name, realm, code }, attempt, { reuse: 'once' });
  if (!verified.ok) return verified;
  const identity = { ...verified.identity, realm: verified.service.realm };
  return { ok: true, caller: { kind: 'service', identity } };
}

/**
 * A right one costs no budget, so that a program may ask as often as it likes; a wrong one
 * is charged to where it came from.
 */
async function recogniseBearer(
  deps: CallersDeps,
  token: string,
  attempt: Attempt,
): Promise<Recognised> {
  const bearer = await deps.bearers.recognise(token);
  if (bearer !== undefined) return { ok: true, caller: { kind: 'bearer', bearer } };
  const session = await deps.openPass(token);
  const realm = session?.identity.realm;
  if (session !== undefined && realm !== undefined) {
    const identity = { ...session.identity, realm };
    return { ok: true, caller: { kind: 'service', identity, session } };
  }
  // Nobody guesses a seal: a service that learns from the 401 that its pass is over is no attack.
  if (token.startsWith(PASS_PREFIX)) return { ok: false, reason: 'refused' };
  const taken = await deps.budgets.take(deps.budgets.forSource(attempt.source));
  const outcome = taken.ok ? 'refused' : 'throttled';
  deps.audit({ type: 'bearer', outcome, ...attempt });
  return taken.ok
    ? { ok: false, reason: 'refused' }
    : { ok: false, reason: 'throttled', retryAfterSec: taken.retryAfterSec };
}
