/** The rules about services: who they are, and whether a code is theirs. @module */
import type { Identity } from '../core/identity.ts';
import type { Secret } from '../core/secret.ts';
import type { Attempt } from './contract.ts';

/** Who a service is: unique by name and realm, both case-sensitive. */
export interface ServiceName {
  readonly name: string;
  readonly realm: string;
}

/** A service as lists show it; its seed is never part of it. */
export interface Service extends ServiceName {
  /** Opaque; never reused, also when the name is. */
  readonly id: string;
  readonly groups: readonly string[];
  readonly createdAtMs: number;
}

/** What a service shows: its name and the code of the moment. */
export interface ServiceProof extends ServiceName {
  readonly code: string;
}

/** Where a service's proof came from. */
export interface ServiceAttempt extends Attempt {
  /**
   * The service that passes the proof on, where it is not the subject's own request: wrong
   * proofs are then counted for it rather than for its address.
   */
  readonly voucher?: Service;
}

/** How one endpoint looks at codes. */
export interface VerifyPolicy {
  /** `once` spends the time step (ADR 11); `allow` takes the same code again while it lasts. */
  readonly reuse: 'allow' | 'once';
  /** Steps accepted on either side of the current one; the realms' setting by default. */
  readonly window?: number;
}

/** One `refused` for every wrong proof: unknown, disabled, wrong code, spent code. */
export type VerifyResult =
  | {
      readonly ok: true;
      /** Its name is `name@realm`, as the upstream sees it. */
      readonly identity: Identity;
      readonly service: Service;
    }
  | { readonly ok: false; readonly reason: 'refused' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** Who changes a service, for the audit. */
export interface ServiceActor {
  /** Client address, or `cli`. */
  readonly source: string;
  readonly requestId?: string;
  /** `name@realm` of the caller, or the administrator's name. */
  readonly by: string;
}

/** A service about to be made. */
export interface NewService extends ServiceName {
  readonly groups?: readonly string[];
  /** base32, for services that come from elsewhere; the server makes one by default. */
  readonly seed?: Secret;
}

/** A seed, shown once to whoever asked for it. */
export interface SeededService {
  readonly service: Service;
  /** base32 without padding. */
  readonly seed: Secret;
  /** `otpauth://` URI with digits, period and algorithm. */
  readonly uri: Secret;
}

/** Why a service was not made or renamed. */
export type ServiceRefusal = 'bad-name' | 'bad-realm' | 'bad-seed' | 'name-taken';

/** Everything that is done with services. */
export interface Services {
  /** Counts every wrong proof before it answers; right proofs cost no budget. */
  verify(proof: ServiceProof, attempt: ServiceAttempt, policy: VerifyPolicy): Promise<VerifyResult>;

  /** By name, then realm. */
  list(): Promise<readonly Service[]>;
  get(id: string): Promise<Service | undefined>;
  find(name: ServiceName): Promise<Service | undefined>;

  /** @throws DoorError E_FORM_INVALID for groups that no header could carry */
  add(
    service: NewService,
    actor: ServiceActor,
  ): Promise<
    | ({ readonly ok: true } & SeededService)
    | { readonly ok: false; readonly reason: ServiceRefusal }
  >;
  remove(id: string, actor: ServiceActor): Promise<boolean>;
  /** A new seed; the old one is dead at once. Undefined: no such service. */
  rotate(id: string, actor: ServiceActor): Promise<SeededService | undefined>;
  /** The seed once more, which the audit remembers. Undefined: no such service. */
  readSeed(id: string, actor: ServiceActor): Promise<SeededService | undefined>;
  /** Undefined: no such service. */
  rename(
    id: string,
    to: ServiceName,
    actor: ServiceActor,
  ): Promise<
    | { readonly ok: true; readonly service: Service }
    | { readonly ok: false; readonly reason: ServiceRefusal }
    | undefined
  >;
  /** @throws DoorError E_FORM_INVALID for groups that no header could carry */
  setGroups(id: string, groups: readonly string[], actor: ServiceActor): Promise<boolean>;
}
