/**
 * `sallyport/client`: asks a door about services and codes. Needs `fetch` and Web Crypto and
 * nothing else, so that it runs in Node, in browsers and in workers.
 *
 * @module
 */
import { currentCode, type OwnIdentity, otpAuthorization } from './credentials.ts';
import { createServiceManagement, type ServiceManagement } from './services.ts';
import { ask, failureOf, fieldOf, type Reply, type Transport, textOf } from './transport.ts';

export { type CodeKey, codeAt } from './code.ts';
export { type OwnIdentity, otpAuthorization } from './credentials.ts';
export { type ClientErrorCode, SallyportError } from './errors.ts';
export type { Service, ServiceManagement, ServiceWithSeed } from './services.ts';
export type { Transport } from './transport.ts';

/** Who asks, and where. */
export interface ClientOptions extends OwnIdentity, Transport {
  /** Of the realms API, e.g. `https://door.example.com/ungleichotp`. */
  readonly url: string;
  /** Of the door's own API; `/_auth/api/v1` on the same host by default. */
  readonly apiUrl?: string;
}

/** What another service has shown. */
export interface Proof {
  readonly name: string;
  readonly realm: string;
  /** The code, as text: a number has lost its zeros. */
  readonly token: string;
}

/** Whether a proof is right; `throttled` is an answer that has not been looked for. */
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'refused' }
  | { readonly ok: false; readonly reason: 'throttled'; readonly retryAfterSec: number };

/** A bearer that stands for the service until it ends. */
export interface SessionBearer {
  readonly token: string;
  readonly expiresAt: Date;
}

/** A service's view of a door; every method throws `SallyportError`. */
export interface Client {
  /** Whether another service is who it says. */
  verify(proof: Proof): Promise<Verdict>;
  /** Trades the code of this moment for a short bearer, for services that call often. */
  startSession(): Promise<SessionBearer>;
  readonly services: ServiceManagement;
}

/** Builds a client; it keeps no state, and sends nothing before it is asked to. */
export function createClient(options: ClientOptions): Client {
  const url = options.url.replace(/\/+$/, '');
  const apiUrl = (options.apiUrl ?? new URL('/_auth/api/v1', url).href).replace(/\/+$/, '');
  return {
    async verify({ name, realm, token }) {
      const own = { name: options.name, realm: options.realm, token: await currentCode(options) };
      const body = { ...own, verifyname: name, verifyrealm: realm, verifytoken: token };
      const reply = await ask(options, { url: `${url}/verify/`, method: 'POST', body });
      return verdictOf(reply, fieldOf(reply.document, 'status') === 'OK');
    },
    async startSession() {
      const authorization = await otpAuthorization(options);
      const reply = await ask(options, { url: `${apiUrl}/session`, method: 'POST', authorization });
      if (reply.status !== 200 && reply.status !== 201) throw failureOf(reply);
      const expiresAt = new Date(textOf(reply.document, 'expires_at'));
      return { token: textOf(reply.document, 'token'), expiresAt };
    },
    services: createServiceManagement(url, options, options),
  };
}

/** A code to check with a bearer. */
export interface CodeQuestion extends Transport {
  /** Of the door's own API, e.g. `https://door.example.com/_auth/api/v1`. */
  readonly url: string;
  readonly bearer: string;
  readonly code: string;
  /** Whose code; by default whom the bearer is for. */
  readonly user?: string;
}

/**
 * Whether a code is a person's at this moment; checking it spends it.
 *
 * @throws SallyportError, `caller-refused` for the bearer
 */
export async function checkCode(question: CodeQuestion): Promise<Verdict> {
  const { bearer, code, user } = question;
  const reply = await ask(question, {
    url: `${question.url.replace(/\/+$/, '')}/check`,
    method: 'POST',
    authorization: `Bearer ${bearer}`,
    body: user === undefined ? { code } : { user, code },
  });
  if (reply.status === 403) throw failureOf(reply);
  const isValid = fieldOf(reply.document, 'valid');
  if (reply.status === 200 && isValid === false) return { ok: false, reason: 'refused' };
  return verdictOf(reply, isValid === true);
}

function verdictOf(reply: Reply, isGood: boolean): Verdict {
  if (reply.status === 200 && isGood) return { ok: true };
  const failure = failureOf(reply);
  if (failure.code === 'throttled') {
    return { ok: false, reason: 'throttled', retryAfterSec: failure.retryAfterSec ?? 1 };
  }
  if (failure.code === 'not-allowed') return { ok: false, reason: 'refused' };
  throw failure;
}
