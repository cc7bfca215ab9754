/** What a session's seal carries, and how long a session lives. @module */
import { z } from 'zod';
import type { Session } from './contract.ts';

/** How long sessions live: altogether, and without a sign of life. */
export interface Lifetimes {
  readonly lifetimeMs: number;
  readonly idleMs: number;
}

const text = z.string().min(1);
const timeMs = z.int().positive();

const payload = z.strictObject({
  sid: text,
  sub: text,
  name: text,
  groups: z.array(text),
  realm: text.optional(),
  amr: z.array(text),
  iat: timeMs,
  exp: timeMs,
  idle: timeMs,
});

/** The JSON inside the seal. */
export type SessionPayload = z.infer<typeof payload>;

/** The session as JSON, under short names: it travels with every request. */
export function toPayload(session: Session): SessionPayload {
  const { identity } = session;
  return {
    sid: session.sid,
    sub: identity.id,
    name: identity.name,
    groups: [...identity.groups],
    ...(identity.realm !== undefined && { realm: identity.realm }),
    amr: [...session.amr],
    iat: session.signedInAtMs,
    exp: session.expiresAtMs,
    idle: session.idleExpiresAtMs,
  };
}

/** The session, or undefined unless every field is there, is known and has its type. */
export function parsePayload(value: unknown): Session | undefined {
  const { success, data } = payload.safeParse(value);
  if (!success) return undefined;
  return {
    sid: data.sid,
    identity: {
      id: data.sub,
      name: data.name,
      groups: data.groups,
      ...(data.realm !== undefined && { realm: data.realm }),
    },
    amr: data.amr,
    signedInAtMs: data.iat,
    expiresAtMs: data.exp,
    idleExpiresAtMs: data.idle,
  };
}

/** The moment from which the session is dead unless it is renewed. */
export function endsAtMs(session: Session): number {
  return Math.min(session.expiresAtMs, session.idleExpiresAtMs);
}

/** Whether either end has been reached; the moment itself counts as after. */
export function isExpired(session: Session, nowMs: number): boolean {
  return nowMs >= session.idleExpiresAtMs || nowMs >= session.expiresAtMs;
}

/** Whether half of the idle time has passed, and renewing would move the end. */
export function isDueForRenewal(session: Session, nowMs: number, { idleMs }: Lifetimes): boolean {
  const isHalfSpent = session.idleExpiresAtMs - nowMs <= idleMs / 2;
  return isHalfSpent && session.idleExpiresAtMs < session.expiresAtMs;
}

/** A copy whose idle time starts anew; the absolute end stays where it was. */
export function renewed(session: Session, nowMs: number, { idleMs }: Lifetimes): Session {
  return { ...session, idleExpiresAtMs: Math.min(nowMs + idleMs, session.expiresAtMs) };
}
