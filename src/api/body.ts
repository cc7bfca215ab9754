/** Reads the JSON of a request, within bounds. @module */
import type { IncomingMessage } from 'node:http';
import type { ServiceProof } from '../accounts/services-contract.ts';
import { type Answer, type Refusal, refusal } from './answer.ts';

/** The fields of a document. */
export type Fields = ReadonlyMap<string, unknown>;

/** The fields, or what to say to what is no document. */
export type ReadBody =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly refusal: Refusal };

/** Names, realms and codes are short. */
const MAX_BYTES = 8192;

/** Reads an object; fields that nobody knows are left alone. */
export async function readFields(req: IncomingMessage): Promise<ReadBody> {
  if (!/^application\/json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '')) {
    return refused({ code: 'E_MEDIA_TYPE', message: 'Send application/json.' });
  }
  const text = await readText(req);
  if (text === undefined) {
    return refused({
      code: 'E_BODY_TOO_LARGE',
      message: `A document has up to ${MAX_BYTES} bytes.`,
    });
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused({ code: 'E_FORM_INVALID', message: 'The body is no JSON object.' });
  }
  // A map: `__proto__` is a field like any other.
  return { ok: true, fields: new Map(Object.entries(value)) };
}

const refused = (why: Refusal): ReadBody => ({ ok: false, refusal: why });

async function readText(req: IncomingMessage): Promise<string | undefined> {
  if (Number(req.headers['content-length']) > MAX_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > MAX_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** More than anybody sends by mistake. */
const MAX_REST_BYTES = 2 * 1024 * 1024;

/**
 * Reads the rest of a body that nobody wants, within bounds: closing on a client that is
 * still sending would reset the connection, and the answer with it.
 */
export async function discardRest(req: IncomingMessage): Promise<void> {
  let length = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > MAX_REST_BYTES) return;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a service shows; undefined where something of it is missing. */
export function proofIn(fields: Fields): ServiceProof | undefined {
  const [name, realm] = [textOf(fields, 'name'), textOf(fields, 'realm')];
  const code = codeOf(fields, 'code');
  if (name === undefined || realm === undefined || code === undefined) return undefined;
  return { name, realm, code };
}

/** The answer to a document without it. */
export const NO_PROOF: Answer = refusal({
  code: 'E_FORM_INVALID',
  message: 'Send name, realm and code as texts.',
});

/** A text; undefined where the field is missing or something else. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** Codes are digits, and some clients send them as a number that has lost its zeros. */
export function codeOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
    return String(value).padStart(CODE_DIGITS, '0');
  }
  return textOf(fields, name);
}

const CODE_DIGITS = 6;
