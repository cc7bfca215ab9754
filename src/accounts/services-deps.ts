/** What the rules about services are built from, and the tools made from it. @module */
import type { AuditSink } from '../audit/events.ts';
import type { ThrottleConfig, TotpConfig } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import type { Credential, Store } from '../store/contract.ts';
import { totpCredential } from './credentials.ts';
import { createEnvelope, type Envelope } from './envelope.ts';
import { createProofScale, type WeighProof } from './services-throttle.ts';
import { createTotpSecret } from './totp.ts';

/** What the rules about services are built from. */
export interface ServicesDeps {
  readonly store: Store;
  /** Keys that seeds are sealed with. */
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: AuditSink;
  readonly throttle: ThrottleConfig;
  /** How new seeds are used; a seed that exists keeps what it was made with. */
  readonly totp: Omit<TotpConfig, 'window'>;
  /** Steps accepted on either side, where an endpoint does not say. */
  readonly window: number;
  /** Characters of a name and of a realm. */
  readonly maxLength: number;
}

/** The dependencies and the tools made from them, as the rules use them. */
export interface ServiceTools extends ServicesDeps {
  readonly envelope: Envelope;
  readonly weigh: WeighProof;
  /** Stands in where there is no service, so that its absence costs the same work. */
  readonly decoy: Credential;
}

/** Makes the tools, once for a configuration. */
export function createServiceTools(deps: ServicesDeps): ServiceTools {
  const { storeKeys, random, totp } = deps;
  const envelope = createEnvelope({ keys: storeKeys, random });
  const principalId = randomToken(random, 16);
  const key = { ...totp, secret: createTotpSecret(totp.algorithm, random) };
  const sealed = totpCredential({ envelope, random, principalId }, key, -1);
  return {
    ...deps,
    envelope,
    weigh: createProofScale(deps),
    decoy: { ...sealed, principalId, createdAtMs: 0 },
  };
}
