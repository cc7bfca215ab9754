/** Reads the body of a request to the API: JSON or a form, bounded, into plain fields. @module */
import type { IncomingMessage } from 'node:http';
import { type Answer, detail, TOO_LARGE } from './answer.ts';

/** Fields by name; a JSON value is what it was, a form's is text. */
export type Fields = ReadonlyMap<string, unknown>;

/** The fields, or what to answer instead; `gone` when the client has left. */
export type BodyResult =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly answer: Answer | 'gone' };

/** Six texts of 128 characters, escaped as far as JSON can. */
const MAX_BYTES = 16_384;
/** So much of a longer body is read off, so that its sender gets to see the answer. */
const DRAIN_BYTES = 4 * 1024 * 1024;

const EMPTY: Fields = new Map();

/** Reads the body; the gate bounds the time that it may take. */
export async function readFields(req: IncomingMessage): Promise<BodyResult> {
  const type = req.headers['content-type'] ?? '';
  const [essence = ''] = type.toLowerCase().split(';', 1);
  const parse = PARSERS.get(essence.trim());
  const body = await collect(req);
  if (body === 'gone') return { ok: false, answer: 'gone' };
  // Whoever sends nothing has sent no wrong type either.
  if (body !== 'too-large' && body.length === 0) return { ok: true, fields: EMPTY };
  if (parse === undefined) return { ok: false, answer: unsupported(type) };
  if (body === 'too-large') return { ok: false, answer: TOO_LARGE };
  const fields = parse(body);
  return fields === undefined ? { ok: false, answer: BAD_JSON } : { ok: true, fields };
}

const unsupported = (type: string) =>
  detail(415, `Unsupported media type "${type.slice(0, 128)}" in request.`);

// Never the engine's own words: they repeat a piece of the body, which holds codes.
const BAD_JSON = detail(400, 'JSON parse error - the body is not valid JSON');

const PARSERS: ReadonlyMap<string, (body: Buffer) => Fields | undefined> = new Map([
  ['application/json', parseJson],
  ['application/x-www-form-urlencoded', parseForm],
]);

/** A map, so that `__proto__` is a field like any other; lists and scalars have no fields. */
function parseJson(body: Buffer): Fields | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value)) : EMPTY;
  } catch {
    return undefined;
  }
}

function parseForm(body: Buffer): Fields {
  return new Map(new URLSearchParams(body.toString('utf8')));
}

function collect(req: IncomingMessage): Promise<Buffer | 'too-large' | 'gone'> {
  // A body that was not announced has ended already, and says so to nobody.
  if (req.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BYTES) chunks.push(chunk);
      else if (length > DRAIN_BYTES) resolve('too-large');
    });
    req.once('end', () => resolve(length > MAX_BYTES ? 'too-large' : Buffer.concat(chunks)));
    req.once('error', () => resolve('gone'));
    req.once('close', () => resolve('gone'));
  });
}
