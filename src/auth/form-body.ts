/** Receives the body of a form, bounded in size and in time. @module */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import { type Form, isFormType, parseForm } from './form.ts';

/** The bounds of one form. */
export interface FormLimits {
  /** A longer body is refused. */
  readonly maxBytes: number;
  /** How much of a refused body is read off, so that its sender gets to see the answer. */
  readonly drainBytes: number;
  /** From the request's head to the last byte of its body. */
  readonly timeoutMs: number;
}

/** The form, or the code of the failure to answer with. */
export type FormResult =
  | { readonly ok: true; readonly form: Form }
  | { readonly ok: false; readonly code: ErrorCode };

/** Reads the form of a POST; a client that leaves meanwhile counts as too slow. */
export async function readForm(req: IncomingMessage, limits: FormLimits): Promise<FormResult> {
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (!isFormType(req.headers['content-type']) || encoding !== 'identity') {
    return { ok: false, code: 'E_MEDIA_TYPE' };
  }
  const body = await collect(req, limits);
  if (typeof body === 'string') return { ok: false, code: body };
  const form = parseForm(body);
  return form === undefined ? { ok: false, code: 'E_FORM_INVALID' } : { ok: true, form };
}

function collect(req: IncomingMessage, limits: FormLimits): Promise<Buffer | ErrorCode> {
  // A body that was not announced has ended already, and says so to nobody.
  if (req.readableEnded) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (result: Buffer | ErrorCode) => {
      clearTimeout(timer);
      req.off('data', onData);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limits.maxBytes) chunks.push(chunk);
      else if (length > limits.drainBytes) settle('E_BODY_TOO_LARGE');
    };
    const timer = setTimeout(() => settle('E_REQUEST_TIMEOUT'), limits.timeoutMs);
    req.on('data', onData);
    req.once('end', () =>
      settle(length > limits.maxBytes ? 'E_BODY_TOO_LARGE' : Buffer.concat(chunks)),
    );
    req.once('error', () => settle('E_REQUEST_TIMEOUT'));
    req.once('close', () => settle('E_REQUEST_TIMEOUT'));
  });
}
