/** Which sessions are known to have been ended (ADR 7). @module */
import { cutoffOf } from '../core/session-cutoff.ts';
import type { Session } from './contract.ts';

/** An end of a session: nobody has to remember it once the session would have ended by itself. */
export type SessionEnd = Pick<Session, 'sid' | 'expiresAtMs'>;

/** A memory of ends; times are milliseconds since the epoch. */
export interface EndedSessions {
  has(session: SessionEnd & Pick<Session, 'signedInAtMs'>): boolean;
  add(end: SessionEnd): void;
  /** The seals themselves are dead by then, and stay so when a clock that ran ahead is put back. */
  forgetExpired(nowMs: number): void;
  /** When those that are remembered would have ended by themselves. */
  readonly expiryBySid: ReadonlyMap<string, number>;
}

/** Builds a memory that holds nothing. */
export function createEndedSessions(): EndedSessions {
  const expiryBySid = new Map<string, number>();
  /** Whoever signed in before this was ended by a restore. */
  let cutoffMs = Number.NEGATIVE_INFINITY;
  /** When the first of those known expires by itself. */
  let firstExpiryMs = Number.POSITIVE_INFINITY;
  /** Whoever was to end before this may have been forgotten. */
  let forgottenUntilMs = Number.NEGATIVE_INFINITY;

  return {
    has: ({ sid, signedInAtMs, expiresAtMs }) =>
      signedInAtMs < cutoffMs || expiresAtMs <= forgottenUntilMs || expiryBySid.has(sid),
    add({ sid, expiresAtMs }) {
      expiryBySid.set(sid, expiresAtMs);
      firstExpiryMs = Math.min(firstExpiryMs, expiresAtMs);
      cutoffMs = Math.max(cutoffMs, cutoffOf(sid) ?? cutoffMs);
    },
    forgetExpired(nowMs) {
      // Most looks find nothing to forget, and there may be a hundred thousand to look at.
      if (nowMs < firstExpiryMs) return;
      firstExpiryMs = Number.POSITIVE_INFINITY;
      for (const [sid, expiresAtMs] of expiryBySid) {
        if (nowMs < expiresAtMs) {
          firstExpiryMs = Math.min(firstExpiryMs, expiresAtMs);
          continue;
        }
        expiryBySid.delete(sid);
        forgottenUntilMs = Math.max(forgottenUntilMs, expiresAtMs);
      }
    },
    expiryBySid,
  };
}
