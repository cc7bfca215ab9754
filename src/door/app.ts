/** Composition: the rooms of the house, wired to one another and to nothing else. @module */
import type { Config } from '../config/config.ts';
import { createConfiguredServices, createMachineApis, withMachineApis } from '../machines/apis.ts';
import { createMachineCallers } from '../machines/callers.ts';
import type { Forwarder } from '../proxy/contract.ts';
import { createForwarder } from '../proxy/forwarder.ts';
import { createGate, type GateDeps } from '../routing/gate.ts';
import type { Passage } from '../routing/order.ts';
import { createReview } from '../routing/review.ts';
import type { App, AppDeps } from './contract.ts';
import { forwardAuthOf } from './forward-auth.ts';
import { createLasting, type Lasting } from './lasting.ts';
import { createPages } from './pages.ts';
import { createReporting, type Reporting } from './reporting.ts';
import { createVisitors, type Visitors } from './visitors.ts';

/** Builds every room from one configuration. Does no work before {@link App.start}. */
export function createApp(deps: AppDeps): App {
  return appUnder(deps, createLasting(deps));
}

/** The rooms of one configuration, over what the process has once. */
function appUnder(deps: AppDeps, lasting: Lasting): App {
  const { config, health } = deps;
  const visitors = createVisitors(deps, lasting);
  const reporting = createReporting(deps, visitors);
  const forwarder = createForwarder({
    ...reporting.exchanges,
    ownCookieNames: lasting.ownCookieNames,
    connections: lasting.connections,
    hasMethodRules: config.routes.some((route) => route.methods !== undefined),
  });
  const gateDeps = gateDepsOf(deps, { lasting, visitors, reporting, forwarder });
  return {
    gate: createGate(gateDeps),
    start: lasting.start,
    successor: (next) => appUnder({ ...deps, config: next }, lasting),
    takeOver: () => endWhatWouldNotPass(lasting, gateDeps),
    beginDrain() {
      health.beginDrain();
      forwarder.endLive();
    },
    async close() {
      lasting.stop();
      await forwarder.close();
    },
  };
}

interface Rooms {
  readonly lasting: Lasting;
  readonly visitors: Visitors;
  readonly reporting: Reporting;
  readonly forwarder: Forwarder;
}

/** Everything that requests meet, under one gate: the machines' ways in, the pages, the rules. */
function gateDepsOf(deps: AppDeps, rooms: Rooms): GateDeps {
  const { config, clock } = deps;
  const { lasting, visitors, reporting, forwarder } = rooms;
  const { sessions } = visitors;
  const services = createConfiguredServices(deps);
  const callers = createMachineCallers({ ...deps, sessions }, services);
  const apis = createMachineApis(deps, services, callers);
  return {
    prefix: config.prefix,
    apiPrefixes: apis.map(({ prefix }) => prefix),
    routes: config.routes,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    sessions,
    forwarder,
    auth: withMachineApis(createPages(deps, visitors), apis),
    failures: reporting.failures,
    clock,
    recogniseService: callers.recogniseService,
    forwardAuth: forwardAuthOf(config, lasting.ownCookieNames),
    requestIds: lasting.requestIds,
    report: reporting.report,
  };
}

/** Under a new configuration: long-lived exchanges and pools that it has no place for. */
function endWhatWouldNotPass({ connections }: Lasting, gateDeps: GateDeps): void {
  const wouldPass = createReview(gateDeps);
  connections.live.review((ground) => wouldPass(ground as Passage));
  connections.pools.keepOnly(upstreamsOf(gateDeps));
}

const upstreamsOf = ({ routes }: Pick<Config, 'routes'>) =>
  new Set(routes.flatMap(({ upstream }) => upstream ?? []));
