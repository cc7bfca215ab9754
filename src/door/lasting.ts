/** What a process has once, however often its configuration changes. @module */
import { type Connections, createConnections } from '../proxy/connections.ts';
import { createSessions, type LiveSessions } from '../session/sessions.ts';
import { createRequestIds } from '../telemetry/request-id.ts';
import type { AppDeps } from './contract.ts';
import { cookiePolicyOf } from './cookie-policy.ts';
import { readHoldings } from './readings.ts';
import { createSweep } from './sweep.ts';

/** Built once and handed from one configuration to the next. */
export interface Lasting {
  readonly sessions: LiveSessions;
  readonly connections: Connections;
  readonly requestIds: () => string;
  /** Names only join: a cookie under yesterday's name opens the door under today's, so no upstream may see it. */
  readonly ownCookieNames: Set<string>;
  /** Reads the revocation feed for the first time, and begins to sweep. */
  start(): Promise<void>;
  /** Ends every timer; connections are the forwarder's to close. */
  stop(): void;
}

const REPLACED =
  'The database was put back to an earlier time, or a copy of it has taken over: which sessions ' +
  'have ended is read anew. Codes that were used meanwhile could count again.';

const ENDED_AGAIN = 'Sessions whose end the database had lost are ended there again.';

/** Builds it; nothing runs before `start`. */
export function createLasting(deps: AppDeps): Lasting {
  const sessions = sessionsOver(deps);
  const connections = createConnections();
  const stopReadings = deps.metrics?.watch(readHoldings(connections, sessions));
  const sweep = createSweep(deps);
  return {
    sessions,
    connections,
    requestIds: createRequestIds(deps.random),
    ownCookieNames: new Set<string>(),
    async start() {
      await sessions.startPolling();
      sweep.start();
    },
    stop() {
      sweep.stop();
      stopReadings?.();
      sessions.close();
    },
  };
}

function sessionsOver(deps: AppDeps): LiveSessions {
  const { store, sealKeys, clock, random, log, config, metrics } = deps;
  return createSessions({
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
}
