/** How a decision reads to a gateway. @module */
import type { IncomingMessage } from 'node:http';
import { type ErrorCode, STATUS } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Failure } from '../contract.ts';
import type { Exchange } from '../exchange.ts';
import { identityLines } from '../forwarded.ts';
import { valuesOf } from '../header-lines.ts';
import { type SignInSite, signInUrl } from '../sign-in-url.ts';
import type { Dialect } from './dialect.ts';

/** What answers are made of, beside the decision. */
export interface ReplyDeps extends SignInSite {
  readonly dialect: Pick<Dialect, 'editsHeaders' | 'resolvesLocation'>;
  /** Whether a person looks at the answer; a program gets no redirect. */
  readonly isNavigation: (request: Pick<IncomingMessage, 'method' | 'headers'>) => boolean;
  /** One `Cookie` line without our cookies; undefined where nothing is left. */
  readonly stripOwnCookies: (line: string) => string | undefined;
}

/** A failure of the original request; without `context` the question itself was not believed. */
export type Refusal = Omit<Failure, 'loginUrl'>;

/** The two answers. */
export interface Reply {
  /** 200 with the identity, every line of it always: what is empty overwrites a client's own. */
  allow(exchange: Exchange, identity: Identity | null, setCookies: readonly string[]): void;
  /** 401 or 403; 503 only to a gateway that shows it. */
  refuse(exchange: Exchange, refusal: Refusal): void;
}

/** For gateways that look at the status alone, and have an answer of their own for people. */
export function createStatusReply(deps?: ReplyDeps): Reply {
  return {
    allow: createAllow(deps),
    refuse(exchange, refusal) {
      const status = STATUS[statusCode(refusal.code)] === 401 ? 401 : 403;
      const login = status === 401 && deps && loginFor(deps, exchange, refusal);
      exchange.answer(status, login ? [LOGIN_HEADER, login, ...BARE] : BARE);
    },
  };
}

/** For gateways that hand our answer to the browser as it is. */
export function createPageReply(deps: ReplyDeps): Reply {
  return {
    allow: createAllow(deps),
    refuse(exchange, refusal) {
      const code = pageCode(refusal.code);
      const login = code === 'E_UNAUTHENTICATED' && signInFor(deps, exchange, refusal);
      exchange.fail({ ...refusal, code, ...(login && { loginUrl: login }) });
    },
  };
}

/** nginx cannot percent-encode: where a person is to be sent comes with the 401, encoded. */
const LOGIN_HEADER = 'X-Sallyport-Login';

const BARE: readonly string[] = ['Cache-Control', 'no-store', 'Content-Length', '0'];
const NO_REALM: readonly string[] = ['Remote-Realm', ''];
const NOBODY: readonly string[] = [...BARE, 'Remote-User', '', 'Remote-Groups', '', ...NO_REALM];

function createAllow(deps: ReplyDeps | undefined): Reply['allow'] {
  // Made once for each opened seal: people who are signed in ask again and again.
  const headersByIdentity = new WeakMap<Identity, readonly string[]>();
  const headersOf = (identity: Identity) => {
    const known = headersByIdentity.get(identity);
    if (known !== undefined) return known;
    const lines = identityLines(identity).flat();
    const headers = [...BARE, ...lines, ...(identity.realm === undefined ? NO_REALM : [])];
    headersByIdentity.set(identity, headers);
    return headers;
  };
  return (exchange, identity, setCookies) => {
    const headers = identity === null ? NOBODY : headersOf(identity);
    const cookies = setCookies.flatMap((line) => ['Set-Cookie', line]);
    const others = deps?.dialect.editsHeaders === false ? otherCookies(exchange, deps) : '';
    if (others !== '') cookies.push('Cookie', others);
    exchange.answer(200, cookies.length === 0 ? headers : [...headers, ...cookies]);
  };
}

const otherCookies = ({ req }: Exchange, { stripOwnCookies }: ReplyDeps) =>
  valuesOf(req.rawHeaders, 'cookie')
    .flatMap((line) => stripOwnCookies(line) ?? [])
    .join('; ');

/** Nobody can say whether the session lives: the sign-in page is there to explain that. */
const statusCode = (code: ErrorCode): ErrorCode =>
  code === 'E_STORE_DOWN' ? 'E_UNAUTHENTICATED' : code;

/** A page for everything that is no matter of who asks: 403 for what is refused as such. */
function pageCode(code: ErrorCode): ErrorCode {
  const status = STATUS[code];
  return status === 401 || status === 403 || status === 503 ? code : 'E_FORBIDDEN';
}

/** For people only: a program is to get the plain 401. */
function loginFor(deps: ReplyDeps, exchange: Exchange, refusal: Refusal): string | undefined {
  const { headers } = exchange.req;
  const isPerson = deps.isNavigation({ method: refusal.method, headers });
  return isPerson ? signInFor(deps, exchange, refusal) : undefined;
}

function signInFor(deps: ReplyDeps, exchange: Exchange, refusal: Refusal): string | undefined {
  const { context, method } = refusal;
  if (context === undefined) return undefined;
  const isReturnable = exchange.res !== undefined && (method === 'GET' || method === 'HEAD');
  const url = signInUrl(deps, context, isReturnable);
  const isResolved = deps.dialect.resolvesLocation && url.startsWith('/') && context.host !== '';
  return isResolved ? `${context.scheme}://${context.host}${url}` : url;
}
