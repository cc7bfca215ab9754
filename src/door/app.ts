/** Composition: the rooms of the house, wired to one another and to nothing else. @module */
import type { IncomingMessage } from 'node:http';
import { createAccounts } from '../accounts/accounts.ts';
import { createAuthApp } from '../auth/auth-app.ts';
import { isNavigation } from '../auth/navigation.ts';
import type { Config } from '../config/config.ts';
import { type ErrorCode, isStoreDown } from '../core/errors.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Log } from '../core/log.ts';
import type { Clock, Random } from '../core/ports.ts';
import { createConfiguredServices, createMachineApis, withMachineApis } from '../machines/apis.ts';
import { createMachineCallers } from '../machines/callers.ts';
import { type Connections, createConnections } from '../proxy/connections.ts';
import { createForwarder } from '../proxy/forwarder.ts';
import { stripOwnCookies } from '../proxy/own-cookies.ts';
import type { Failure, Gate } from '../routing/contract.ts';
import type { ForwardAuth } from '../routing/forward-auth/contract.ts';
import { createGate, type GateDeps } from '../routing/gate.ts';
import type { Passage } from '../routing/order.ts';
import { createReview } from '../routing/review.ts';
import { createKnownBrowsers } from '../session/known-browsers.ts';
import { createSessions, type LiveSessions } from '../session/sessions.ts';
import type { Store } from '../store/contract.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ReadingSource } from '../telemetry/readings.ts';
import { createRequestIds } from '../telemetry/request-id.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createRequestCounter } from './count-requests.ts';
import type { Health } from './health.ts';
import { createFailureRenderer } from './render-failure.tsx';
import { createReporter } from './report.ts';
import { returnOriginsOf } from './return-origins.ts';

/** What the whole house stands on. */
export interface AppDeps {
  readonly config: Config;
  readonly store: Store;
  readonly sealKeys: KeySet;
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly health: Health;
  /** The process's own, whatever the configuration; undefined where nobody counts. */
  readonly metrics?: Metrics | undefined;
}

/** A composed door, without sockets of its own. */
export interface App {
  readonly gate: Gate;
  /** Reads the revocation feed for the first time; no request may be served before. */
  start(): Promise<void>;
  /**
   * The door of another configuration, over the same sessions and connections. Nothing is
   * changed yet; what this one has begun it finishes.
   */
  successor(config: Config): App;
  /** To be called once the gate serves: ends long-lived exchanges that it would not let in. */
  takeOver(): void;
  /** `readyz` says from here on that the door is closing; long-lived exchanges end. */
  beginDrain(): void;
  /** Ends long-lived exchanges, upstream pools and timers; the store stays the caller's. */
  close(): Promise<void>;
}

/** Expired rows are swept this often; nothing depends on it but disk space. */
const PURGE_INTERVAL_MS = 10 * 60_000;

/** Builds every room from one configuration. Does no work before {@link App.start}. */
export function createApp(deps: AppDeps): App {
  return appUnder(deps, createLasting(deps));
}

function appUnder(deps: AppDeps, lasting: Lasting): App {
  const { config, clock, log, metrics } = deps;
  const visitors = createVisitors(deps, lasting);
  const { ownCookieNames } = lasting;
  const failures = createFailureRenderer({ prefix: config.prefix, isSecure: visitors.isSecure });
  const reporter = createReporter({
    log,
    clock,
    requests: config.log.requests,
    codesBelow: config.compat.codeCheck?.path,
  });
  const failureOf = (req: IncomingMessage, code: ErrorCode): Failure => {
    counter?.refused(code);
    const context = reporter.reportOf(req)?.context;
    return { code, ...(context && { context }) };
  };
  const counter = metrics && createRequestCounter({ metrics, clock, reportOf: reporter.reportOf });
  const forwarder = createForwarder({
    ownCookieNames,
    connections: lasting.connections,
    hasMethodRules: config.routes.some((route) => route.methods !== undefined),
    fail: (req, res, code) => failures.render(req, res, failureOf(req, code)),
    failUpgrade: (req, socket, code) => failures.renderUpgrade(req, socket, failureOf(req, code)),
    report(req, code, cause) {
      reporter.upstreamFailure(req, code, cause);
      counter?.upstreamFailed(req, code);
    },
    meter: counter,
  });
  const services = createConfiguredServices(deps);
  const callers = createMachineCallers({ ...deps, sessions: visitors.sessions }, services);
  const apis = createMachineApis(deps, services, callers);
  const gateDeps: GateDeps = {
    prefix: config.prefix,
    apiPrefixes: apis.map(({ prefix }) => prefix),
    routes: config.routes,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    sessions: visitors.sessions,
    forwarder,
    auth: withMachineApis(createPages(deps, visitors), apis),
    failures,
    clock,
    recogniseService: callers.recogniseService,
    forwardAuth: forwardAuthOf(config, ownCookieNames),
    requestIds: lasting.requestIds,
    report(report) {
      reporter.request(report);
      counter?.request(report);
    },
  };
  return {
    gate: createGate(gateDeps),
    start: lasting.start,
    successor: (next) => appUnder({ ...deps, config: next }, lasting),
    takeOver() {
      const { live, pools } = lasting.connections;
      const wouldPass = createReview(gateDeps);
      live.review((ground) => wouldPass(ground as Passage));
      pools.keepOnly(new Set(config.routes.flatMap(({ upstream }) => upstream ?? [])));
    },
    beginDrain() {
      deps.health.beginDrain();
      forwarder.endLive();
    },
    async close() {
      lasting.stop();
      await forwarder.close();
    },
  };
}

const REPLACED =
  'The database was put back to an earlier time, or a copy of it has taken over: which sessions ' +
  'have ended is read anew. Codes that were used meanwhile could count again.';

const ENDED_AGAIN = 'Sessions whose end the database had lost are ended there again.';

type Lasting = ReturnType<typeof createLasting>;

/** What a process has once, however often its configuration changes. */
function createLasting(deps: AppDeps) {
  const { store, sealKeys, clock, random, log, config, metrics } = deps;
  const sessions = createSessions({
    keys: sealKeys,
    clock,
    random,
    policy: cookiePolicyOf(config),
    rows: store,
    feed: store,
    graceMs: config.storeGraceMs,
    lookups: metrics?.seals,
    onFeedError: (error) => log.debug({ err: error }, 'the store does not answer'),
    onFeedReplaced: () => log.warn({}, REPLACED),
    onEndedAgain: (sessions) => log.info({ sessions }, ENDED_AGAIN),
  });
  const purge = () => {
    store.purge(clock.nowMs()).catch((error) => {
      // A long one outlives the door, and is not to complain of a store that was closed.
      if (purging !== undefined && !isStoreDown(error))
        log.warn({ err: error }, 'could not sweep expired rows');
    });
  };
  const connections = createConnections();
  const stopWatching = metrics?.watch(readingsOf(connections, sessions));
  let purging: NodeJS.Timeout | undefined;
  return {
    sessions,
    connections,
    requestIds: createRequestIds(random),
    // Names only join: a cookie under yesterday's name opens the door under today's, so no upstream may see it.
    ownCookieNames: new Set<string>(),
    async start() {
      await sessions.startPolling();
      purging = setInterval(purge, PURGE_INTERVAL_MS).unref();
    },
    stop() {
      clearInterval(purging);
      purging = undefined;
      stopWatching?.();
      sessions.close();
    },
  };
}

// Undefined means https: only an operator who wrote http:// gets cookies without Secure.
const isSecureUnder = ({ publicUrl }: Config) => publicUrl?.protocol !== 'http:';

const cookiePolicyOf = (config: Config) => ({ ...config.session, secure: isSecureUnder(config) });

/** What a scrape looks up here. */
function readingsOf({ live }: Connections, sessions: LiveSessions): ReadingSource {
  return () => ({
    ...live.counts,
    sealEntries: sessions.sizes.seals,
    revocations: sessions.sizes.revoked,
    feedSilenceSec: sessions.feedSilenceMs / 1000,
  });
}

/** The gateway that asks, and what its answers need from other rooms. */
function forwardAuthOf(
  config: Config,
  ownCookieNames: ReadonlySet<string>,
): ForwardAuth | undefined {
  const { forwardAuth: gateway } = config;
  if (gateway === undefined) return undefined;
  return {
    gateway,
    returnOrigins: returnOriginsOf(config),
    isNavigation,
    stripOwnCookies: (line) => stripOwnCookies(line, ownCookieNames),
  };
}

/** What knows visitors by their cookies. */
function createVisitors({ config, sealKeys: keys, clock, random }: AppDeps, lasting: Lasting) {
  const policy = cookiePolicyOf(config);
  const sessions = lasting.sessions.under(policy);
  for (const name of sessions.ownCookieNames) lasting.ownCookieNames.add(name);
  const browsers = createKnownBrowsers({ keys, clock, random, policy });
  return { isSecure: policy.secure, sessions, browsers };
}

/** The pages under the prefix, and the rules about people behind them. */
function createPages(deps: AppDeps, visitors: ReturnType<typeof createVisitors>) {
  const { config, store, clock, random, log } = deps;
  const audit = createAuditTrail(deps);
  const accounts = createAccounts({
    store,
    storeKeys: deps.storeKeys,
    clock,
    random,
    audit,
    policy: config.auth,
  });
  return createAuthApp({
    prefix: config.prefix,
    publicUrl: config.publicUrl,
    returnOrigins: returnOriginsOf(config),
    accounts,
    ...visitors,
    flows: store,
    keys: deps.sealKeys,
    clock,
    random,
    policy: config.auth,
    cookieName: config.session.cookieName,
    audit,
    log,
    readiness: deps.health.reasons,
  });
}
