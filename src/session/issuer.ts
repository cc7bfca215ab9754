/** Starts sessions, and seals them into cookies anew while they are used (ADR 6, 7). @module */
import type { Identity } from '../core/identity.ts';
import type { KeySet } from '../core/key-set.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import type { Session, Sessions } from './contract.ts';
import { type CookiePolicy, setCookieLine } from './cookie.ts';
import type { Liveness } from './liveness.ts';
import { endsAtMs, isDueForRenewal, type Lifetimes, renewed, toPayload } from './payload.ts';
import type { Sealer } from './seal.ts';
import type { SealCache } from './seal-cache.ts';

/** The store, as far as sessions that begin need it. */
export interface NewSessionRows {
  /** False when the principal is gone or disabled, or not what it was let in as. */
  createSession(
    row: {
      readonly sid: string;
      readonly principalId: string;
      readonly amr: readonly string[];
      readonly createdAtMs: number;
      readonly expiresAtMs: number;
    },
    ground: { readonly groups: readonly string[]; readonly credentialIds: readonly string[] },
  ): Promise<boolean>;
}

/** What a session is made and sealed with. */
export interface IssuerDeps {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: CookiePolicy & Lifetimes;
  readonly rows: NewSessionRows;
  readonly sealer: Sealer;
  readonly cache: SealCache;
  readonly liveness: Pick<Liveness, 'extend'>;
}

/** Builds what hands out cookies under one policy. */
export function createIssuer(deps: IssuerDeps): Pick<Sessions, 'start' | 'renew'> {
  const { clock, policy, rows, liveness } = deps;
  return {
    async start(identity, amr, credentialIds = []) {
      const session = newSession(deps, identity, amr);
      const { sid, signedInAtMs: createdAtMs, expiresAtMs } = session;
      const row = { sid, principalId: identity.id, amr, createdAtMs, expiresAtMs };
      const ground = { groups: identity.groups, credentialIds };
      if (!(await rows.createSession(row, ground))) return undefined;
      return { session, setCookie: await issue(deps, session) };
    },
    renew(session) {
      const nowMs = clock.nowMs();
      if (!isDueForRenewal(session, nowMs, policy)) return undefined;
      const copy = renewed(session, nowMs, policy);
      liveness.extend(copy);
      return issue(deps, copy);
    },
  };
}

function newSession(
  { clock, random, policy }: IssuerDeps,
  identity: Identity,
  amr: readonly string[],
): Session {
  const signedInAtMs = clock.nowMs();
  const expiresAtMs = signedInAtMs + policy.lifetimeMs;
  const idleExpiresAtMs = Math.min(signedInAtMs + policy.idleMs, expiresAtMs);
  const sid = randomToken(random, 16);
  return { sid, identity, amr, signedInAtMs, expiresAtMs, idleExpiresAtMs };
}

/** Seals a session into its `Set-Cookie` line, and remembers the text for the way back. */
async function issue(
  { keys, clock, policy, sealer, cache }: IssuerDeps,
  session: Session,
): Promise<string> {
  const ring = keys.keys;
  const value = await sealer.seal(toPayload(session), endsAtMs(session));
  // Under a key that was retired meanwhile, the cache would keep the seal alive.
  if (keys.keys === ring) cache.add(value, session);
  const maxAgeSec = Math.ceil((endsAtMs(session) - clock.nowMs()) / 1000);
  return setCookieLine(policy, { value, maxAgeSec });
}
