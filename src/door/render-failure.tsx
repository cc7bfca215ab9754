/** Our own answers in place of an upstream's: pages, redirects and JSON. @module */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Assets, createAssets } from '../auth/assets.ts';
import { isOwnOrigin } from '../auth/csrf.ts';
import { wordsFor } from '../auth/messages.ts';
import { isNavigation, isPostedForm } from '../auth/navigation.ts';
import { createPaths, type Paths } from '../auth/paths.ts';
import { checkReturnPath } from '../auth/return-to.ts';
import { RETRY_AFTER_SEC } from '../auth/room.ts';
import { createSecurityHeaders } from '../auth/security-headers.ts';
import { renderDocument } from '../auth/views/document.tsx';
import { FailurePage, type PostedForm } from '../auth/views/failure.tsx';
import { type ErrorCode, STATUS } from '../core/errors.ts';
import type { Failure, FailureRenderer } from '../routing/contract.ts';

/** What our own answers depend on. */
export interface FailureRendererDeps {
  /** `/_auth`: no trailing slash. */
  readonly prefix: string;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
  /** Undefined where nobody has said. */
  readonly publicUrl?: URL | undefined;
}

/** Codes after which nobody knows where the next request begins: the connection ends. */
const CLOSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_TARGET_MALFORMED',
  'E_HOST_INVALID',
  'E_FRAMING',
  'E_REQUEST_TIMEOUT',
  'E_BODY_TOO_LARGE',
  'E_TARGET_TOO_LONG',
  'E_EXPECTATION',
  'E_HEADERS_TOO_LARGE',
]);

/** Methods that are never let through, whatever the route. */
const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
/** How long a refused socket may take to read its answer. */
const LINGER_MS = 2000;

/** The one place where a failure becomes an answer. */
export function createFailureRenderer(deps: FailureRendererDeps): FailureRenderer {
  const paths = createPaths(deps.prefix);
  const assets = createAssets(paths);
  const setSecurityHeaders = createSecurityHeaders(deps);
  return {
    render(req, res, failure) {
      // Half an answer cannot be taken back: better cut than a clean-looking wrong one.
      if (res.headersSent) return void res.destroy();
      setSecurityHeaders(req, res);
      for (const [name, value] of ownHeaders(failure)) res.setHeader(name, value);
      const signs = { method: failure.method ?? req.method, headers: req.headers };
      const isPosted = isPostedForm(signs);
      if (!isPosted && !isNavigation(signs)) return sendJson(res, failure);
      if (!isPosted && failure.code === 'E_UNAUTHENTICATED' && failure.loginUrl !== undefined) {
        return sendRedirect(res, failure.loginUrl);
      }
      if (!isPosted && isBareFront(failure, deps.publicUrl?.host))
        return sendRedirect(res, paths.account);
      const form = isPosted ? whoseForm(req, failure, deps.publicUrl) : undefined;
      sendPage(res, failure, { paths, assets, form });
    },
    renderUpgrade: (_req, socket, failure) => endSocket(socket, failure),
  };
}

/** Another site's page may have sent it, in the name of whoever looks at the answer now. */
function whoseForm(
  { headers }: IncomingMessage,
  { context }: Failure,
  publicUrl: URL | undefined,
): PostedForm {
  if (context === undefined) return 'foreign';
  const { origin } = headers;
  const secFetchSite = headers['sec-fetch-site']?.toString();
  return isOwnOrigin({ secFetchSite, origin }, { ...context, publicUrl }) ? 'own' : 'foreign';
}

function ownHeaders(failure: Failure): [name: string, value: string | string[]][] {
  const { code, setCookies = [], context } = failure;
  const headers: [string, string | string[]][] = [['Cache-Control', 'no-store']];
  if (setCookies.length > 0) headers.push(['Set-Cookie', [...setCookies]]);
  if (code === 'E_METHOD_REFUSED') headers.push(['Allow', ALLOW]);
  if (CLOSING.has(code)) headers.push(['Connection', 'close']);
  if (context !== undefined) headers.push(['X-Request-Id', context.requestId]);
  const wait = failure.retryAfterSec ?? (STATUS[code] === 503 ? RETRY_AFTER_SEC : undefined);
  if (wait !== undefined) headers.push(['Retry-After', String(wait)]);
  return headers;
}

/** The address that links of ours are made from, where no tool is: people come there all the same. */
function isBareFront({ code, context }: Failure, publicHost: string | undefined): boolean {
  const isEmpty = code === 'E_HOST_UNKNOWN' || code === 'E_UNROUTED';
  return isEmpty && context?.path === '/' && context.host === publicHost;
}

function sendRedirect(res: ServerResponse, location: string): void {
  res.writeHead(302, { Location: location, 'Content-Length': 0 }).end();
}

function sendPage(
  res: ServerResponse,
  failure: Failure,
  frame: {
    readonly paths: Paths;
    readonly assets: Assets;
    readonly form: PostedForm | undefined;
  },
): void {
  const { paths, assets, form } = frame;
  const returnTo = checkReturnPath(failure.context?.target, paths.prefix);
  const { stylesheetUrl, iconUrl } = assets;
  const html = renderDocument(
    { title: wordsFor(failure).title, stylesheetUrl, iconUrl, site: failure.context?.host },
    <FailurePage {...{ failure, paths, returnTo, form }} />,
  );
  send(res, { status: STATUS[failure.code], type: 'text/html; charset=utf-8', body: html });
}

function sendJson(res: ServerResponse, failure: Failure): void {
  const body = jsonOf(failure);
  send(res, { status: STATUS[failure.code], type: 'application/json; charset=utf-8', body });
}

/** Node leaves the body out for HEAD and keeps its length. */
function send(
  res: ServerResponse,
  answer: { readonly status: number; readonly type: string; readonly body: string },
): void {
  const { status, type, body } = answer;
  const length = Buffer.byteLength(body);
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': length }).end(body);
}

/** For programs: a stable code, words for a person, and where to sign in. */
function jsonOf(failure: Failure): string {
  const { code, loginUrl, missingGroups } = failure;
  const { sentence, remedy } = wordsFor(failure);
  const missing = missingGroups !== undefined && missingGroups.length > 0;
  return `${JSON.stringify({
    error: code,
    message: `${sentence} ${remedy}`,
    ...(loginUrl !== undefined && { login: loginUrl }),
    ...(missing && { missing_groups: missingGroups }),
  })}\n`;
}

/** An answer for a socket that has left the HTTP parser: written whole, then the end. */
function endSocket(socket: Duplex, failure: Failure): void {
  // A client that resets its handshake must not end the process.
  socket.on('error', () => socket.destroy());
  if (!socket.writable) return void socket.destroy();
  const status = STATUS[failure.code];
  const body = jsonOf(failure);
  const headers: [string, string | string[]][] = [
    ...ownHeaders(failure).filter(([name]) => name !== 'Connection'),
    ['Connection', 'close'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['X-Content-Type-Options', 'nosniff'],
  ];
  const lines = headers.flatMap(([name, value]) => [value].flat().map((v) => `${name}: ${v}`));
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  // Unread bytes would turn the end into a reset, which can overtake the answer.
  socket.resume();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
}
