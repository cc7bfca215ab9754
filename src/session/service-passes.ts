/** Passes: what a service gets for one code, and shows instead of the next ones. @module */
import type { Identity } from '../core/identity.ts';
import type { KeySet } from '../core/key-set.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import type { Session } from './contract.ts';
import { parsePayload, toPayload } from './payload.ts';
import { createSealer } from './seal.ts';
import type { LiveSessions, SessionsDeps } from './sessions.ts';

/** A sealed pass. */
export interface ServicePass {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Sessions of services; they travel in a header and are never renewed. */
export interface ServicePasses {
  /** Starts a session; undefined when the service has been disabled or removed meanwhile. */
  start(identity: Identity, lifetimeMs: number): Promise<Session | undefined>;
  seal(session: Session): Promise<ServicePass>;
  /** The session of a pass; undefined for everything else that a client may send. */
  open(token: string): Promise<Session | undefined>;
}

/** Keys, the store as far as passes need it, and who knows which sessions have ended. */
export interface ServicePassesDeps {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly rows: Pick<SessionsDeps['rows'], 'createSession'>;
  readonly standingOf: LiveSessions['standingOf'];
}

/** In front of the seal: scanners for leaked secrets, and the gate, know a pass by it. */
export const PASS_PREFIX = 'sallyport_pass_';

/** A code alone: RFC 8176. */
const AMR = ['otp'];

/** Builds the passes of this process. A seal of their own purpose: no cookie opens as one. */
export function createServicePasses(deps: ServicePassesDeps): ServicePasses {
  const { clock, random } = deps;
  const sealer = createSealer({ keys: deps.keys, purpose: 'service', clock });
  return {
    async start(identity, lifetimeMs) {
      const signedInAtMs = clock.nowMs();
      const expiresAtMs = signedInAtMs + lifetimeMs;
      const sid = randomToken(random, 16);
      const row = {
        sid,
        principalId: identity.id,
        amr: AMR,
        createdAtMs: signedInAtMs,
        expiresAtMs,
      };
      const ground = { groups: identity.groups, credentialIds: [] };
      const isMade = await deps.rows.createSession(row, ground);
      if (!isMade) return undefined;
      // The idle end is the absolute one: nothing renews what is in no cookie.
      return { sid, identity, amr: AMR, signedInAtMs, expiresAtMs, idleExpiresAtMs: expiresAtMs };
    },
    async seal(session) {
      const { expiresAtMs } = session;
      const seal = await sealer.seal(toPayload(session), expiresAtMs);
      // A seal has stars in it, which no bearer token may have (RFC 6750 §2.1).
      return { token: PASS_PREFIX + Buffer.from(seal).toString('base64url'), expiresAtMs };
    },
    async open(token) {
      if (!token.startsWith(PASS_PREFIX)) return undefined;
      const seal = Buffer.from(token.slice(PASS_PREFIX.length), 'base64url').toString('latin1');
      const session = parsePayload(await sealer.unseal(seal));
      // Unknown is over: nobody passes on a pass that may have been taken back.
      return session !== undefined && deps.standingOf(session) === 'live' ? session : undefined;
    },
  };
}
