/** The answers of the API, in the words that its clients know. @module */
import type { ServerResponse } from 'node:http';

/** A whole answer; no body where it is undefined. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is wrong with single fields. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** @returns the answer with one sentence in `detail` */
export const detail = (status: number, sentence: string): Answer => ({
  status,
  body: { detail: sentence },
});

/** The caller has not shown who it is; unknown names and wrong codes read alike. */
export const BAD_CREDENTIALS = detail(403, 'Incorrect authentication credentials.');

/** The caller may not do this, or the service it asks about has not proved itself. */
export const NO_PERMISSION = detail(403, 'You do not have permission to perform this action.');

/** There is no such address, or no such service. */
export const NOT_FOUND = detail(404, 'Not found.');

/** The body is longer than any request of this API. */
export const TOO_LARGE = detail(413, 'Request body too large.');

/** @param allowed  what the address answers */
export const methodRefused = (method: string, allowed: readonly string[]): Answer => ({
  ...detail(405, `Method "${method}" not allowed.`),
  headers: { Allow: allowed.join(', ') },
});

/** Too many wrong codes, of the caller or about a service. */
export const throttled = (retryAfterSec: number): Answer => ({
  ...detail(
    429,
    `Request was throttled. Expected available in ${retryAfterSec} second${retryAfterSec === 1 ? '' : 's'}.`,
  ),
  headers: { 'Retry-After': String(retryAfterSec) },
});

/** Writes an answer as JSON without spaces, as the original does. */
export function writeAnswer(res: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  // Answers hold seeds: nobody in between keeps one.
  const lines = {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(status !== 204 && { 'Content-Length': String(Buffer.byteLength(text)) }),
    ...headers,
  };
  // What is left of a refused body must not be read as the next request.
  if (status === 413) res.shouldKeepAlive = false;
  res.writeHead(status, lines).end(res.req.method === 'HEAD' ? undefined : text);
}
