/** The `/_auth` pages as one express app, mounted under an exact prefix. @module */
import type { IncomingMessage } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { DoorError } from '../core/errors.ts';
import type { AuthApp, AuthDeps, RequestContextLike } from './contract.ts';
import { createFlowSession } from './flow-session.ts';
import { createAccountPage } from './pages/account.tsx';
import { createCheckCode } from './pages/check-code.tsx';
import { createEnrolment } from './pages/enrolment.tsx';
import { createLogin } from './pages/login.tsx';
import { createLogout } from './pages/logout.tsx';
import { createReplaceApp } from './pages/replace-app.tsx';
import { createSignUp } from './pages/sign-up.tsx';
import { createProbes } from './probes.ts';
import { refuse } from './refuse.tsx';
import { createRoom, type Handler, type Room } from './room.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { type ContextOf, createSteps } from './visit.ts';

/** One path, and what answers there; HEAD is GET without its body. */
interface Address {
  readonly path: string;
  readonly show?: Handler;
  readonly submit?: Handler;
}

/** Static like the probes: it needs no flow and no session. */
const CHECK_CODE = '/check-code';

/**
 * Builds the app. The caller has decided that a request is ours, by exact
 * prefix; express never sees another path, and no path with the prefix on it.
 */
export function createAuthApp(deps: AuthDeps): AuthApp {
  const room = createRoom(deps);
  const contexts = new WeakMap<IncomingMessage, RequestContextLike>();
  const contextOf: ContextOf = (req) => {
    const context = contexts.get(req);
    if (context === undefined) throw new TypeError('a request came without its context');
    return context;
  };
  const app = createExpress(deps);
  const setHeaders = createSecurityHeaders(deps);
  app.use((req, res, next) => {
    setHeaders(req, res);
    next();
  });
  mountStatic(app, room);
  app.get(CHECK_CODE, createCheckCode(room, contextOf));
  mountPages(app, room, contextOf);
  app.use((req, res) =>
    refuse(room, { req, res, context: contextOf(req) }, { code: 'E_UNROUTED' }),
  );
  app.use(createErrorHandler(room, contextOf));
  return (req, res, context) => {
    contexts.set(req, context);
    const rest = (req.url ?? '').slice(deps.prefix.length);
    req.url = rest.startsWith('/') ? rest : `/${rest}`;
    app(req, res);
  };
}

function createExpress({ isSecure }: AuthDeps): Express {
  const app = express();
  for (const off of ['x-powered-by', 'etag', 'query parser']) app.set(off, false);
  app.enable('case sensitive routing').enable('strict routing');
  // The TLS end stands in front of us; `public_url` says whether there is one, never a header.
  Object.defineProperty(app.request, 'secure', { value: isSecure });
  return app;
}

/** What needs neither a session nor a flow, so that it answers whatever the store does. */
function mountStatic(app: Express, room: Room): void {
  const probes = createProbes(room.deps);
  app.get('/healthz', probes.health);
  app.get('/readyz', probes.readiness);
  app.get('/assets/:name', (req, res, next) => {
    const asset = room.assets.find(req.params.name);
    if (asset === undefined) return next();
    res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    res.type(asset.type).send(asset.body);
  });
}

function mountPages(app: Express, room: Room, contextOf: ContextOf): void {
  const flow = createFlowSession(room.deps);
  const { acceptForm, show, submit } = createSteps(room, contextOf);
  const addresses = addressesOf(room);
  for (const { path, ...address } of addresses) {
    if (address.show !== undefined) app.get(path, flow, show(address.show));
    if (address.submit !== undefined) app.post(path, acceptForm, flow, submit(address.submit));
  }
  const all: readonly Address[] = [
    ...addresses,
    ...['/healthz', '/readyz', CHECK_CODE].map((path) => ({ path, show() {} })),
  ];
  for (const address of all) app.all(address.path, refuseMethod(room, contextOf, address));
}

function addressesOf(room: Room): readonly Address[] {
  const login = createLogin(room);
  const logout = createLogout(room);
  const signUp = createEnrolment(room, 'signup');
  const enrol = createEnrolment(room, 'enrol');
  return [
    { path: '/', ...createAccountPage(room), submit: login.submit },
    { path: '/login', ...login },
    { path: '/signup', ...createSignUp(room) },
    { path: '/signup/confirm', submit: signUp.confirm },
    { path: '/signup/cancel', submit: signUp.cancel },
    { path: '/enrol', ...createReplaceApp(room) },
    { path: '/enrol/confirm', submit: enrol.confirm },
    { path: '/enrol/cancel', submit: enrol.cancel },
    { path: '/logout', ...logout },
    { path: '/logout/everywhere', submit: logout.everywhere },
  ];
}

function refuseMethod(room: Room, contextOf: ContextOf, address: Address): RequestHandler {
  const { show, submit } = address;
  const gets = show === undefined ? [] : ['GET', 'HEAD'];
  const allow = [...gets, ...(submit === undefined ? [] : ['POST'])].join(', ');
  return (req, res) =>
    refuse(room, { req, res, context: contextOf(req) }, { code: 'E_METHOD_REFUSED', allow });
}

/** Express knows an error handler by its four parameters. */
function createErrorHandler(room: Room, contextOf: ContextOf): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const context = contextOf(req);
    const code = codeOf(error);
    const fields = { err: error, code, requestId: context.requestId };
    if (code === 'E_INTERNAL') room.deps.log.error(fields, 'a page failed');
    // The store's watch has said why: a line for each form would fill the log.
    else if (code === 'E_STORE_DOWN') room.deps.log.debug(fields, 'a page was refused');
    else room.deps.log.warn(fields, 'a page was refused');
    if (res.headersSent) return void res.destroy();
    refuse(room, { req, res, context }, { code });
  };
}

function codeOf(error: unknown) {
  if (error instanceof DoorError) return error.code;
  // Express cannot decode a path such as `/assets/%zz`.
  return error instanceof URIError ? 'E_TARGET_MALFORMED' : 'E_INTERNAL';
}
