/** `sallyport/express`: lets services in that prove themselves to a door. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Client, SallyportError, type Verdict } from '../client/client.ts';
import { parseAuthorization } from '../core/authorization.ts';

/** The service that a request was made by. */
export interface VerifiedService {
  readonly name: string;
  readonly realm: string;
}

/** Who may pass. */
export interface MiddlewareOptions {
  readonly client: Pick<Client, 'verify'>;
  /** Realms whose services may pass; every realm by default. */
  readonly realms?: readonly string[];
  /** Told why the door could not be asked; the request is refused in any case. */
  readonly onError?: (error: unknown) => void;
}

/** A request that the middleware has let pass. */
export interface ServiceRequest extends IncomingMessage {
  service?: VerifiedService;
}

/** Middleware of express and of whatever else calls `(req, res, next)`. */
export type Middleware = (req: ServiceRequest, res: ServerResponse, next: () => void) => void;

/**
 * Asks the door about each request's `Authorization`: OTP name="…", realm="…", token="…", or
 * Basic with `name@realm` and the code as password.
 * Answers 401 without one, 403 for a wrong one, 429 while the door waits, and 503 when the
 * door cannot be asked: nobody passes unverified. The verified service is `req.service`.
 */
export function requireService(options: MiddlewareOptions): Middleware {
  return (req, res, next) => {
    const shown = parseAuthorization(req.headers.authorization ?? '');
    if (shown?.scheme !== 'code') {
      return refuse(res, 401, 'Show a code.', { 'WWW-Authenticate': CHALLENGE });
    }
    const { name, realm, code: token } = shown;
    // The door cuts spaces off: who it has verified is not who would be named here.
    if (name.trim() !== name || realm.trim() !== realm) return refuse(res, 403, 'Not verified.');
    // Before asking: a code that counts once must not be spent on a closed door.
    if (options.realms?.includes(realm) === false) return refuse(res, 403, 'Not for this realm.');
    options.client.verify({ name, realm, token }).then(
      (verdict) => {
        if (!verdict.ok) return refuseVerdict(res, verdict);
        req.service = { name, realm };
        next();
      },
      (error: unknown) => {
        options.onError?.(error);
        refuseUnasked(res, error);
      },
    );
  };
}

/** Which schemes to come back with (RFC 9110 §11.6.1). */
const CHALLENGE = 'OTP, Basic realm="services"';

function refuseVerdict(res: ServerResponse, verdict: Extract<Verdict, { ok: false }>): void {
  if (verdict.reason === 'refused') return refuse(res, 403, 'Not verified.');
  const headers = { 'Retry-After': String(verdict.retryAfterSec) };
  refuse(res, 429, 'Too many wrong codes.', headers);
}

/** What the door finds wrong with the code's shape is the client's fault, all else is ours. */
function refuseUnasked(res: ServerResponse, error: unknown): void {
  const isInvalid = error instanceof SallyportError && error.code === 'invalid';
  if (isInvalid) refuse(res, 403, 'Not verified.');
  else refuse(res, 503, 'Codes cannot be verified now.', { 'Retry-After': '5' });
}

function refuse(
  res: ServerResponse,
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify({ error });
  res
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...headers,
    })
    .end(body);
}
