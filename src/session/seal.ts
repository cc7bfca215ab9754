/** Seals: what we hand to a browser and believe when it comes back. @module */
import { defaults, type password, type SealOptions, seal, unseal } from 'iron-webcrypto';
import { deriveEach, deriveKey, type KeySet } from '../core/key-set.ts';
import { type Clock, systemClock } from '../core/ports.ts';

/** What a seal is for; each purpose has keys of its own. */
export type SealPurpose = 'session' | 'browser' | 'service';

/** Seals and opens for one purpose. */
export interface Sealer {
  /**
   * Seals a JSON value with the current key.
   *
   * @param expiresAtMs  the seal is dead from this moment on
   * @throws RangeError when that moment has passed: iron would read a lifetime of 0 as for ever
   */
  seal(body: unknown, expiresAtMs: number): Promise<string>;
  /** The sealed value, or undefined for everything else that a client may send. */
  unseal(text: string): Promise<unknown>;
}

/** Root keys, and what the derived ones are for. */
export interface SealerDeps {
  readonly keys: KeySet;
  readonly purpose: SealPurpose;
  readonly clock: Clock;
}

/** Longer texts are rubbish: no browser keeps a cookie of more than 4096 bytes. */
const MAX_SEAL_LENGTH = 8192;

const VERSION = 1;

interface Envelope {
  readonly v: typeof VERSION;
  readonly purpose: SealPurpose;
  readonly kid: string;
  readonly expiresAtMs: number;
  readonly body: unknown;
}

/**
 * Builds the sealer of one purpose: iron with two derived keys of 32 bytes per
 * key id, never a passphrase.
 */
export function createSealer({ keys, purpose, clock }: SealerDeps): Sealer {
  const rings = deriveEach(keys, (root, id) => ringOf(id, root, purpose));

  return {
    async seal(body, expiresAtMs) {
      const ttl = expiresAtMs - clock.nowMs();
      if (!(ttl > 0)) throw new RangeError('a seal must expire in the future');
      const { id: kid, key: ring } = rings.current();
      const envelope: Envelope = { v: VERSION, purpose, kid, expiresAtMs, body };
      return seal(envelope, ring.secret, { ...optionsAt(clock), ttl });
    },

    async unseal(text) {
      if (text.length > MAX_SEAL_LENGTH) return undefined;
      const kid = text.split('*', 2)[1] ?? '';
      // iron would look the id up on a plain object, where `__proto__` exists.
      const ring = rings.get(kid);
      if (ring === undefined) return undefined;
      const value = await unseal(text, ring.byId, optionsAt(clock)).catch(() => undefined);
      return isEnvelope(value) &&
        value.purpose === purpose &&
        value.kid === kid &&
        clock.nowMs() < value.expiresAtMs
        ? value.body
        : undefined;
    },
  };
}

function ringOf(id: string, root: Uint8Array, purpose: SealPurpose) {
  const encryption = deriveKey(root, `seal/${purpose}/encryption`);
  const integrity = deriveKey(root, `seal/${purpose}/integrity`);
  const secret = { id, encryption, integrity };
  const byId: password.Hash = Object.assign(Object.create(null), { [id]: secret });
  return { secret, byId };
}

/** No skew: with iron's default a seal would live for a minute after its end. */
function optionsAt(clock: Clock): SealOptions {
  const localtimeOffsetMsec = clock.nowMs() - systemClock.nowMs();
  return { ...defaults, timestampSkewSec: 0, localtimeOffsetMsec };
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { v, expiresAtMs } = value as Partial<Envelope>;
  return v === VERSION && typeof expiresAtMs === 'number';
}
