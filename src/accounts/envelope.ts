/** The sealed form in which a credential's secret is stored (ADR 10). @module */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { DoorError } from '../core/errors.ts';
import { type DerivedKeys, deriveEach, deriveKey, type KeySet } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';
import type { CredentialKind } from '../store/contract.ts';

/** Which row a sealed text belongs to. */
export interface EnvelopeOwner {
  readonly kind: CredentialKind;
  readonly principalId: string;
  readonly credentialId: string;
}

/** Seals what a credential row keeps, and opens it in that row only. */
export interface Envelope {
  /** @returns `v1.<key id>.<iv>.<ciphertext and tag>`, parts in base64url */
  seal(owner: EnvelopeOwner, plain: string): string;
  /** @returns undefined when the text is damaged, another row's, or its key is unknown */
  open(owner: EnvelopeOwner, sealed: string): string | undefined;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const SHAPE = /^v1\.([^.]{1,64})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/**
 * AES-256-GCM under a key derived for the credential's kind. The row's identity is
 * the additional data: a row copied to another principal does not open there.
 *
 * @throws DoorError E_INTERNAL if the key set lacks its own current key
 */
export function createEnvelope(deps: { readonly keys: KeySet; readonly random: Random }): Envelope {
  const { keys, random } = deps;
  if (!keys.keys.has(keys.currentId)) {
    throw new DoorError('E_INTERNAL', `the key set has no key ${keys.currentId}`);
  }
  // Deriving a key costs more than the cipher, and there are few: root keys times kinds.
  const forKind = (kind: CredentialKind) =>
    deriveEach(keys, (root) => createSecretKey(deriveKey(root, `credential/${kind}`)));
  const derived: Record<CredentialKind, DerivedKeys<KeyObject>> = {
    password: forKind('password'),
    totp: forKind('totp'),
    recovery: forKind('recovery'),
  };
  return {
    seal(owner, plain) {
      const iv = random.bytes(IV_BYTES);
      const { id, key } = derived[owner.kind].current();
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(identityOf(owner));
      const body = Buffer.concat([
        cipher.update(plain, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `v1.${id}.${base64url(iv)}.${base64url(body)}`;
    },
    open(owner, sealed) {
      const [, keyId = '', iv = '', body = ''] = SHAPE.exec(sealed) ?? [];
      const key = derived[owner.kind].get(keyId);
      if (key === undefined) return undefined;
      return decrypt(key, owner, {
        iv: Buffer.from(iv, 'base64url'),
        body: Buffer.from(body, 'base64url'),
      });
    },
  };
}

function decrypt(
  key: KeyObject,
  owner: EnvelopeOwner,
  parts: { readonly iv: Buffer; readonly body: Buffer },
): string | undefined {
  // Without a fixed length Node accepts a tag cut down to four bytes, which can be guessed.
  const decipher = createDecipheriv('aes-256-gcm', key, parts.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(identityOf(owner));
  decipher.setAuthTag(parts.body.subarray(-TAG_BYTES));
  const text = parts.body.subarray(0, -TAG_BYTES);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const identityOf = (owner: EnvelopeOwner) =>
  Buffer.from(`${owner.kind}|${owner.principalId}|${owner.credentialId}`);

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
