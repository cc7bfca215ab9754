/** Composition: the rooms of the house, wired to one another and to nothing else. @module */
import type { IncomingMessage } from 'node:http';
import { createAccounts } from './accounts/accounts.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createAuthApp } from './auth/auth-app.ts';
import { isNavigation } from './auth/navigation.ts';
import type { Config } from './config/config.ts';
import type { ErrorCode } from './core/errors.ts';
import type { KeySet } from './core/key-set.ts';
import type { Log } from './core/log.ts';
import type { Clock, Random } from './core/ports.ts';
import { createRequestCounter } from './count-requests.ts';
import type { Health } from './health.ts';
import { createConfiguredServices, createMachineApis, withMachineApis } from './machine-apis.ts';
import { createMachineCallers } from './machine-callers.ts';
import type { Forwarder } from './proxy/contract.ts';
import { createForwarder } from './proxy/forwarder.ts';
import { stripOwnCookies } from './proxy/own-cookies.ts';
import { createFailureRenderer } from './render-failure.tsx';
import { createReporter } from './report.ts';
import { returnOriginsOf } from './return-origins.ts';
import type { Failure, Gate } from './routing/contract.ts';
import type { ForwardAuth } from './routing/forward-auth/contract.ts';
import { createGate } from './routing/gate.ts';
import { createKnownBrowsers } from './session/known-browsers.ts';
import { createSessions, type LiveSessions } from './session/sessions.ts';
import type { Store } from './store/contract.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { ReadingSource } from './telemetry/readings.ts';
import { createRequestIds } from './telemetry/request-id.ts';

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
  /** `readyz` says from here on that the door is closing; long-lived exchanges end. */
  beginDrain(): void;
  /** Ends long-lived exchanges, upstream pools and timers; the store stays the caller's. */
  close(): Promise<void>;
}

/** Expired rows are swept this often; nothing depends on it but disk space. */
const PURGE_INTERVAL_MS = 10 * 60_000;

/** Builds every room from one configuration. Does no work before {@link App.start}. */
export function createApp(deps: AppDeps): App {
  const { config, store, clock, random, log, health, metrics } = deps;
  const visitors = createVisitors(deps);
  const failures = createFailureRenderer({ prefix: config.prefix, isSecure: visitors.isSecure });
  const reporter = createReporter({
    ...{ log, clock, requests: config.log.requests },
    codesBelow: config.compat.codeCheck?.path,
  });
  const failureOf = (req: IncomingMessage, code: ErrorCode): Failure => {
    counter?.refused(code);
    const context = reporter.reportOf(req)?.context;
    return { code, ...(context && { context }) };
  };
  const counter = metrics && createRequestCounter({ metrics, clock, reportOf: reporter.reportOf });
  const forwarder = createForwarder({
    ownCookieNames: visitors.sessions.ownCookieNames,
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
  const gate = createGate({
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
    forwardAuth: forwardAuthOf(config, visitors.sessions.ownCookieNames),
    requestIds: createRequestIds(random),
    report(report) {
      reporter.request(report);
      counter?.request(report);
    },
  });
  const purge = () => {
    store
      .purge(clock.nowMs())
      .catch((error) => log.warn({ err: error }, 'could not sweep expired rows'));
  };
  const stopWatching = metrics?.watch(readingsOf(forwarder, visitors.sessions));
  let purging: NodeJS.Timeout | undefined;
  return {
    gate,
    async start() {
      await visitors.sessions.startPolling();
      purging = setInterval(purge, PURGE_INTERVAL_MS).unref();
    },
    beginDrain() {
      health.beginDrain();
      forwarder.endLive();
    },
    async close() {
      clearInterval(purging);
      stopWatching?.();
      visitors.sessions.close();
      await forwarder.close();
    },
  };
}

/** What a scrape looks up here. */
function readingsOf({ live }: Forwarder, sessions: LiveSessions): ReadingSource {
  return () => ({
    ...live,
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
function createVisitors({ config, store, sealKeys, clock, random, log, metrics }: AppDeps) {
  // Undefined means https: only an operator who wrote http:// gets cookies without Secure.
  const isSecure = config.publicUrl?.protocol !== 'http:';
  const shared = { keys: sealKeys, clock, random, policy: { ...config.session, secure: isSecure } };
  const sessions = createSessions({
    ...shared,
    rows: store,
    feed: store,
    graceMs: config.storeGraceMs,
    lookups: metrics?.seals,
    onFeedError: (error) => log.warn({ err: error }, 'the store does not answer'),
  });
  return { isSecure, sessions, browsers: createKnownBrowsers(shared) };
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
