/** Answers of the API: JSON, never cached, with a stable code where something is wrong. @module */
import type { ServerResponse } from 'node:http';
import type { Recognised } from '../accounts/callers.ts';
import { type ErrorCode, STATUS } from '../core/errors.ts';

/** One answer, before it is written. */
export interface Answer {
  readonly status: number;
  /** Undefined for an empty one. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Something that went well. */
export const found = (body: unknown, status = 200): Answer => ({ status, body });

/** Something that was refused; the words are for the person who reads a log. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @see docs/errors.md for the codes */
export function refusal({ code, message, headers = {} }: Refusal): Answer {
  return { status: STATUS[code], body: { error: code, message }, headers };
}

/** Which scheme to come back with (RFC 9110 §11.6.1). */
export const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="sallyport"' };

/** The caller showed nothing, or nothing that is true. */
export const unauthenticated = (): Answer =>
  refusal({
    code: 'E_UNAUTHENTICATED',
    message: 'Show a bearer, or the name and the current code of a service.',
    headers: CHALLENGE,
  });

/** Known, and not allowed to. */
export const forbidden = (message: string): Answer => refusal({ code: 'E_FORBIDDEN', message });

/** Too many wrong attempts. */
export const throttled = (retryAfterSec: number): Answer =>
  refusal({
    code: 'E_THROTTLED',
    message: `Too many wrong attempts: try again in ${retryAfterSec} seconds.`,
    headers: { 'Retry-After': String(retryAfterSec) },
  });

/** What a caller reads that was not recognised. */
export const unrecognised = (refused: Exclude<Recognised, { ok: true }>): Answer =>
  refused.reason === 'throttled' ? throttled(refused.retryAfterSec) : unauthenticated();

/** No such address, or no such thing. */
export const missing = (message = 'There is nothing at this address.'): Answer =>
  refusal({ code: 'E_UNROUTED', message });

/** @param methods  those that there are */
export const wrongMethod = (methods: readonly string[]): Answer =>
  refusal({
    code: 'E_METHOD_REFUSED',
    message: `Use ${methods.join(', ')}.`,
    headers: { Allow: methods.join(', ') },
  });

/** Writes the answer whole; Node leaves the body out for HEAD. */
export function send(res: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (res.headersSent || res.destroyed) return void res.destroy();
  const text = body === undefined ? '' : JSON.stringify(body);
  res
    .writeHead(status, {
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(body !== undefined && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...(status !== 204 && { 'Content-Length': Buffer.byteLength(text) }),
      ...headers,
    })
    .end(text);
}
