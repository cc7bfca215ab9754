/** Bearers: what programs show. @module */

/** What a program shows instead of a person or a code. */
export interface Bearer {
  readonly id: string;
  /** Unique among those that have not expired. */
  readonly name: string;
  /** SHA-256 of the token, base64url; the token itself is never stored. */
  readonly tokenHash: string;
  /** What it is good for, e.g. `check:ada`; the words are `accounts/bearer-scopes.ts`'s. */
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** To the minute; null before the first use. */
  readonly lastUsedAtMs: number | null;
}

/** Bearers; a revoked one is gone. */
export interface BearerRows {
  /** Replaces an expired one of this name. */
  addBearer(bearer: Bearer): Promise<'created' | 'name-taken'>;
  /** Undefined when unknown, revoked or expired. */
  findBearer(tokenHash: string, nowMs: number): Promise<Bearer | undefined>;
  /** By name; expired ones until they are purged. */
  listBearers(): Promise<readonly Bearer[]>;
  noteBearerUse(id: string, usedAtMs: number): Promise<void>;
  /** Forgets it and appends its id to the feed. False: no such bearer. */
  removeBearer(name: string): Promise<boolean>;
}
