/** Sessions as rows (ADR 7). @module */

/** A session as the store knows it; its seal is the browser's (ADR 7). */
export interface SessionRow {
  readonly sid: string;
  readonly principalId: string;
  /** RFC 8176 method references, e.g. `['pwd', 'otp']`. */
  readonly amr: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** What somebody was let in by; a session is made only while all of it still stands. */
export interface SessionGround {
  readonly groups: readonly string[];
  /** Credentials that were shown. */
  readonly credentialIds: readonly string[];
}

/** Sessions that have not been ended. */
export interface SessionRows {
  /**
   * False when the principal is gone or disabled, or when `ground` no longer stands: no
   * session was made. Proofs take time, and a change meanwhile ends only sessions that exist.
   */
  createSession(session: SessionRow, ground?: SessionGround): Promise<boolean>;
  listSessions(principalId: string, nowMs: number): Promise<readonly SessionRow[]>;
  /** How many sessions have not ended; nobody counts further than `atMost`. */
  countSessions(nowMs: number, atMost: number): Promise<number>;
  /** Ends one session and appends to the feed; ending it twice is harmless. */
  endSession(sid: string): Promise<void>;
  /** Ends all sessions of a principal; returns how many. */
  endSessions(principalId: string): Promise<number>;
}
