/** Seals what the store keeps about a flow, bound to the flow that it belongs to. @module */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { deriveEach, deriveKey, type KeySet } from '../core/key-set.ts';
import type { Random } from '../core/ports.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Closes and opens the state of one flow. */
export interface FlowSeal {
  seal(flowHash: string, plain: string): string;
  /** Undefined for anything that this flow's seal does not prove. */
  open(flowHash: string, sealed: string): string | undefined;
}

/** What the store knows a flow by: whoever reads the table cannot forge its cookie. */
export const hashFlowId = (flowId: string): string =>
  createHash('sha256').update(flowId).digest('base64url');

/**
 * AES-256-GCM with the flow's hash as additional data, so that a row moved to
 * another flow does not open. Sealed text: `keyId.nonce.box`, base64url each.
 */
export function createFlowSeal(keys: KeySet, random: Random): FlowSeal {
  const derived = deriveEach(keys, (root) => deriveKey(root, 'auth/flow-seal'));
  return {
    seal(flowHash, plain) {
      const { id, key } = derived.current();
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(flowHash));
      const box = Buffer.concat([
        cipher.update(plain, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return [encode(id), encode(nonce), encode(box)].join('.');
    },
    open(flowHash, sealed) {
      const [keyId, nonce, box, ...rest] = sealed.split('.');
      const key = derived.get(decode(keyId ?? '').toString('latin1'));
      if (key === undefined || nonce === undefined || box === undefined || rest.length > 0) return;
      return decrypt({ key, nonce: decode(nonce), box: decode(box), flowHash });
    },
  };
}

function decrypt(sealed: {
  readonly key: Uint8Array;
  readonly nonce: Buffer;
  readonly box: Buffer;
  readonly flowHash: string;
}): string | undefined {
  const { key, nonce, box } = sealed;
  if (nonce.length !== NONCE_BYTES || box.length < TAG_BYTES) return;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(sealed.flowHash))
    .setAuthTag(box.subarray(-TAG_BYTES));
  try {
    const head = decipher.update(box.subarray(0, -TAG_BYTES));
    return Buffer.concat([head, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const encode = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url');
const decode = (text: string) => Buffer.from(text, 'base64url');
