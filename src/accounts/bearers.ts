/** Bearers: how they are made, recognised and revoked. @module */
import type { AuditSink } from '../audit/events.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import { Secret } from '../core/secret.ts';
import type { Bearer, BearerRows } from '../store/contract.ts';
import { hashToken, isSameHash } from './token-hash.ts';

/** A bearer about to be made. */
export interface NewBearer {
  readonly name: string;
  /** Each has been through `isScope`. */
  readonly scopes: readonly string[];
  readonly lifetimeMs: number;
  /** One that clients hold already; the server draws a new one by default. */
  readonly token?: Secret;
}

/** What is done with bearers. */
export interface Bearers {
  issue(
    bearer: NewBearer,
  ): Promise<
    | { readonly ok: true; readonly bearer: Bearer; readonly token: Secret }
    | { readonly ok: false; readonly reason: 'name-taken' | 'bad-name' }
  >;
  /** Undefined: unknown, revoked, expired. Notes the use, once a minute at most. */
  recognise(token: string): Promise<Bearer | undefined>;
  /** By name; without those that have expired. */
  list(): Promise<readonly Bearer[]>;
  /** False: no such bearer. Every process knows within two seconds. */
  revoke(name: string): Promise<boolean>;
}

/** What bearers are kept and drawn with. */
export interface BearersDeps {
  readonly store: BearerRows;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: AuditSink;
}

/** Every token of ours begins so: scanners for leaked secrets, and the gate, know it by that. */
const TOKEN_PREFIX = 'sallyport_';
const TOKEN_BYTES = 32;
/** A bearer that is used all the time costs no write each time. */
const USE_NOTED_EVERY_MS = 60_000;
/** A table of hashes needs no protection against longer ones, the hash function's time does. */
const MAX_TOKEN_LENGTH = 1024;
// It becomes `Remote-User`, and a word in the log.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;

/** Builds the rules over one store. */
export function createBearers(deps: BearersDeps): Bearers {
  const { store, clock, audit } = deps;
  return {
    issue: (bearer) => issue(deps, bearer),
    async recognise(token) {
      if (token === '' || token.length > MAX_TOKEN_LENGTH) return undefined;
      const hash = hashToken(token);
      const nowMs = clock.nowMs();
      const bearer = await store.findBearer(hash, nowMs);
      // The index has compared already; this says so without trusting how it compares.
      if (bearer === undefined || !isSameHash(bearer.tokenHash, hash)) return undefined;
      const isDue = nowMs - (bearer.lastUsedAtMs ?? 0) >= USE_NOTED_EVERY_MS;
      // A store that reads and cannot write keeps nobody out for want of a date.
      if (isDue) await store.noteBearerUse(bearer.id, nowMs).catch(() => undefined);
      return bearer;
    },
    async list() {
      const nowMs = clock.nowMs();
      return (await store.listBearers()).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    },
    async revoke(name) {
      const isRevoked = await store.removeBearer(name);
      if (isRevoked) audit({ type: 'bearer-revoked', name, source: 'cli' });
      return isRevoked;
    },
  };
}

async function issue(
  { store, clock, random, audit }: BearersDeps,
  { name, scopes, lifetimeMs, token: given }: NewBearer,
): ReturnType<Bearers['issue']> {
  if (!NAME.test(name)) return { ok: false, reason: 'bad-name' };
  const token = given ?? new Secret(TOKEN_PREFIX + randomToken(random, TOKEN_BYTES));
  const createdAtMs = clock.nowMs();
  const bearer: Bearer = {
    id: randomToken(random, 16),
    name,
    tokenHash: hashToken(token.reveal()),
    scopes: [...new Set(scopes)].sort(),
    createdAtMs,
    expiresAtMs: createdAtMs + lifetimeMs,
    lastUsedAtMs: null,
  };
  if ((await store.addBearer(bearer)) !== 'created') return { ok: false, reason: 'name-taken' };
  audit({ type: 'bearer-created', name, scopes: bearer.scopes, source: 'cli' });
  return { ok: true, bearer, token };
}
