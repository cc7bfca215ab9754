/** The gate on a real socket, between real sessions and the real forwarder. @module */
import { createServer } from 'node:http';
import type { Upstream } from '../../src/core/upstream.ts';
import { letInBy } from '../../src/door/listener.ts';
import { createFailureRenderer } from '../../src/door/render-failure.tsx';
import { createForwarder } from '../../src/proxy/forwarder.ts';
import type { RequestContext, Route } from '../../src/routing/contract.ts';
import { createGate, type GateDeps } from '../../src/routing/gate.ts';
import type { GateReport } from '../../src/routing/report.ts';
import type { LiveSessions } from '../../src/session/sessions.ts';
import { listenLocally } from '../local-server.ts';
import { exchange, head } from '../proxy/raw-client.ts';
import { startRecordingUpstream } from '../proxy/recording-upstream.ts';
import {
  ada,
  cookieFrom,
  HOUR_MS,
  sharedRows,
  startProcess,
  stoppedClock,
} from '../session/fixtures.ts';
import { route } from './fixtures.ts';

export interface GateServer extends AsyncDisposable {
  readonly port: number;
  readonly clock: ReturnType<typeof stoppedClock>;
  readonly shared: ReturnType<typeof sharedRows>;
  readonly sessions: LiveSessions;
  readonly reports: GateReport[];
  /** What the door's own pages were handed. */
  readonly own: RequestContext[];
  /** Signs somebody in; the `Cookie` line that a browser would send. */
  signIn(groups?: readonly string[]): Promise<{ readonly cookie: string; end(): Promise<void> }>;
}

type GateChanges = Partial<GateDeps> & { readonly maxHeaderSize?: number };

/** Starts a gate; routes lead to `upstream` unless they say otherwise. */
export async function startGate(
  upstream: Upstream | undefined,
  routes: readonly Partial<Route>[] = [{}],
  changes: GateChanges = {},
): Promise<GateServer> {
  const shared = sharedRows();
  const clock = stoppedClock();
  const sessions = await startProcess(shared, clock, {
    policy: {
      cookieName: 'door',
      cookieDomain: undefined,
      secure: false,
      lifetimeMs: 24 * HOUR_MS,
      idleMs: 8 * HOUR_MS,
    },
  });
  const reports: GateReport[] = [];
  const own: RequestContext[] = [];
  const failures = createFailureRenderer({ prefix: '/_auth', isSecure: false });
  const forwarder = createForwarder({
    ownCookieNames: sessions.ownCookieNames,
    fail: (req, res, code) => failures.render(req, res, { code }),
    failUpgrade: (req, socket, code) => failures.renderUpgrade(req, socket, { code }),
    report: () => {},
  });
  let count = 0;
  const gate = createGate({
    prefix: '/_auth',
    routes: routes.map((r) => route({ upstream, ...r })),
    trustedProxies: [],
    publicUrl: undefined,
    sessions,
    forwarder,
    auth(req, res, context) {
      own.push(context);
      req.resume().on('end', () => res.end('own page'));
    },
    failures,
    clock,
    requestIds: () => `r${++count}`,
    report: (report) => void reports.push(report),
    ...changes,
  });

  const server = createServer({
    requireHostHeader: false,
    maxHeaderSize: changes.maxHeaderSize ?? 16_384,
    headersTimeout: 2_000,
    connectionsCheckingInterval: 100,
    // Out of the way: only the gate's own bounds may end a connection in a test.
    keepAliveTimeout: 60_000,
  });
  letInBy(gate, server);
  const local = await listenLocally(server);

  return {
    port: local.port,
    clock,
    shared,
    sessions,
    reports,
    own,
    async signIn(groups = []) {
      const started = await sessions.start({ ...ada, groups }, ['pwd', 'otp']);
      if (started === undefined) throw new Error('nobody was signed in');
      const cookie = `Cookie: ${cookieFrom(started.setCookie)[3]}`;
      return { cookie, end: () => sessions.end(started.session) };
    },
    async [Symbol.asyncDispose]() {
      sessions.close();
      local[Symbol.dispose]();
      await forwarder.close();
    },
  };
}

/** The `Connection` line that makes the answer end where it ends. */
export const CLOSE = 'Connection: close';

/** A gate in front of a recording upstream, and a way to ask it; gone with the test. */
export async function setUp(routes?: readonly Partial<Route>[], changes?: GateChanges) {
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await startRecordingUpstream());
  const gate = stack.use(await startGate(upstream.upstream, routes, changes));
  const owned = stack.move();
  const ask = (requestLine: string, ...lines: readonly string[]) =>
    exchange(gate.port, head(requestLine, CLOSE, ...lines));
  return { upstream, gate, ask, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
