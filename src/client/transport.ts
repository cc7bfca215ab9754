/** One request to a door, and what its answer means whatever was asked. @module */
import { SallyportError } from './errors.ts';

/** How requests are sent. */
export interface Transport {
  /** The runtime's own by default. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take; 10 seconds by default. */
  readonly timeoutMs?: number;
}

/** A request to be sent. */
export interface Question {
  readonly url: string;
  readonly method: string;
  readonly authorization?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** An answer of a door. */
export interface Reply {
  readonly status: number;
  /** The JSON document; undefined where there is none. */
  readonly document: unknown;
  readonly retryAfterSec: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Sends a question. A redirect is no answer: it would lead codes to another place.
 *
 * @throws SallyportError `unreachable`
 */
export async function ask(transport: Transport, question: Question): Promise<Reply> {
  const { url, method, authorization, body } = question;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (authorization !== undefined) headers.authorization = authorization;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const send = transport.fetch ?? fetch;
  try {
    const response = await send(url, {
      method,
      headers,
      redirect: 'manual',
      // A browser would add the cookies of the door's own pages.
      credentials: 'omit',
      signal: AbortSignal.timeout(transport.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    return {
      status: response.status,
      document: parse(await response.text()),
      retryAfterSec: Number.isNaN(retryAfter) ? undefined : retryAfter,
    };
  } catch (cause) {
    throw new SallyportError('unreachable', `${originOf(url)} does not answer`, { cause });
  }
}

/** What an answer other than a good one means. */
export function failureOf({ status, document, retryAfterSec }: Reply): SallyportError {
  const about = { status, details: document };
  switch (status) {
    case 400:
      return new SallyportError('invalid', 'The door cannot take what was sent', about);
    case 401:
      return new SallyportError('caller-refused', 'The door does not know the caller', about);
    case 403:
      return isCallerRefused(document)
        ? new SallyportError('caller-refused', 'The door does not take our code', about)
        : new SallyportError('not-allowed', 'The door does not allow this', about);
    case 429:
      return new SallyportError('throttled', 'Too many wrong codes', {
        ...about,
        retryAfterSec: retryAfterSec ?? 1,
      });
    default:
      return new SallyportError('unexpected', `The door answered ${status}`, about);
  }
}

/** The one sentence in which the old contract tells the caller's fault from the subject's. */
function isCallerRefused(document: unknown): boolean {
  return fieldOf(document, 'detail') === 'Incorrect authentication credentials.';
}

/** A field of a JSON object, whatever the document is. */
export function fieldOf(document: unknown, name: string): unknown {
  const isObject = typeof document === 'object' && document !== null;
  return isObject && Object.hasOwn(document, name) ? Reflect.get(document, name) : undefined;
}

/** A text of a JSON object. @throws SallyportError `unexpected` where it is none */
export function textOf(document: unknown, name: string): string {
  const value = fieldOf(document, name);
  if (typeof value === 'string') return value;
  throw new SallyportError('unexpected', `The answer has no ${name}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Addresses may hold a name and password; messages must not. */
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : 'The address');
