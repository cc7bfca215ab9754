/** The pages on a real socket, with the real rooms beneath them. @module */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { URI } from 'otpauth';
import { createAccounts } from '../../src/accounts/accounts.ts';
import { createAdministration } from '../../src/accounts/administration.ts';
import type { Administration } from '../../src/accounts/contract.ts';
import type { AuditEvent } from '../../src/audit/events.ts';
import { createAuthApp } from '../../src/auth/auth-app.ts';
import type { AuthDeps, Directory } from '../../src/auth/contract.ts';
import type { Config } from '../../src/config/config.ts';
import type { KeySet } from '../../src/core/key-set.ts';
import type { Log } from '../../src/core/log.ts';
import { type Clock, systemRandom } from '../../src/core/ports.ts';
import { createKnownBrowsers } from '../../src/session/known-browsers.ts';
import { createSessions } from '../../src/session/sessions.ts';
import type { FlowRows, Store } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { createSeededRandom } from '../seeded-random.ts';

export interface TestRoomOptions {
  readonly prefix?: string;
  readonly publicUrl?: string;
  readonly isSecure?: boolean;
  readonly auth?: Partial<Config['auth']>;
  readonly readiness?: () => Promise<readonly string[]>;
  readonly cookieDomain?: string;
  readonly host?: string;
  readonly directory?: Directory;
}

export interface TestRoom {
  readonly origin: string;
  readonly prefix: string;
  readonly administration: Administration;
  readonly store: Store;
  readonly clock: Clock & { advance(ms: number): void };
  readonly audited: AuditEvent[];
  readonly logged: string[];
  /** Calls that changed or read flow rows, in order. */
  readonly flowCalls: string[];
  /** Reads the revocation feed now instead of within a second. */
  readFeed(): Promise<void>;
  /** Happens between the proofs of the next sign-in and its session. */
  beforeSession(work: () => Promise<unknown>): void;
  /** The next calls into the store fail with this. */
  failStore(error: Error | undefined): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const BUDGET = { free: 5, baseWaitMs: 1000, maxWaitMs: 60_000, perDay: 100 };
const POLICY: Config['auth'] = {
  factors: ['password', 'totp'],
  signup: 'open',
  totp: { issuer: 'Example Tools', digits: 6, periodSec: 30, algorithm: 'SHA1', window: 1 },
  throttle: { source: { ...BUDGET, free: 20 }, account: BUDGET, device: BUDGET },
};
export const PASSWORD = 'tidal lantern mosaic 47';

export function testKeys(): KeySet {
  return { currentId: 'k1', keys: new Map([['k1', systemRandom.bytes(32)]]) };
}

/** The code that an app shows for a URI at a time. */
export const codeAt = (uri: string, timestamp: number): string => {
  const totp = URI.parse(uri);
  if (!('period' in totp)) throw new Error('not a TOTP URI');
  return totp.generate({ timestamp });
};

export async function openTestRoom(options: TestRoomOptions = {}): Promise<TestRoom> {
  const { prefix = '/_auth', isSecure = false } = options;
  const clock = steppingClock();
  const random = createSeededRandom();
  const keys = testKeys();
  const audited: AuditEvent[] = [];
  const logged: string[] = [];
  const flowCalls: string[] = [];
  let failure: Error | undefined;
  let beforeSession = async (): Promise<unknown> => undefined;
  const real = await openStore({ address: { kind: 'sqlite', path: ':memory:' }, clock, random });
  const store = failing(real, () => failure);
  const auth = { ...POLICY, ...options.auth };
  const policy = {
    cookieName: 'sallyport',
    cookieDomain: options.cookieDomain,
    secure: isSecure,
    lifetimeMs: 86_400_000,
    idleMs: 28_800_000,
  };
  const sessions = createSessions({
    ...{ keys, clock, random, policy },
    rows: {
      async createSession(...given: Parameters<Store['createSession']>) {
        await beforeSession();
        return store.createSession(...given);
      },
      endAgain: store.endAgain,
      endSession: (sid) => store.endSession(sid),
    },
    feed: store,
    // Tests move the clock; the feed's silence is not what they are about.
    graceMs: 86_400_000,
  });
  await sessions.startPolling();
  const audit = (event: AuditEvent) => void audited.push(event);
  const accountsDeps = { store, storeKeys: keys, clock, random, audit, policy: auth };
  const deps: AuthDeps = {
    ...{ prefix, sessions, keys, clock, random, isSecure, audit },
    publicUrl: options.publicUrl === undefined ? undefined : new URL(options.publicUrl),
    accounts: createAccounts(accountsDeps),
    browsers: createKnownBrowsers({ keys, clock, random, policy }),
    flows: recording(store, flowCalls),
    policy: auth,
    cookieName: 'sallyport',
    log: recordingLog(logged),
    look: () => options.directory ?? { hasFront: true, places: [] },
    readiness: options.readiness ?? (async () => []),
  };
  const app = createAuthApp(deps);
  let requests = 0;
  const server = createServer((req, res) =>
    app(req, res, {
      requestId: `request-${++requests}`,
      clientAddress: '192.0.2.7',
      scheme: isSecure ? 'https' : 'http',
      host: options.host ?? 'tools.example.com',
      target: req.url ?? '',
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ prefix, store, clock, audited, logged, flowCalls },
    administration: createAdministration(accountsDeps),
    readFeed: () => sessions.poll(),
    beforeSession: (work) => {
      beforeSession = work;
    },
    failStore: (error) => {
      failure = error;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      sessions.close();
      await real.close();
    },
  };
}

/** Time stands still, and is moved on by hand: codes count once, and nobody waits for the next. */
function steppingClock(): Clock & { advance(ms: number): void } {
  let ms = 1_800_000_000_000;
  return {
    nowMs: () => ms,
    advance: (more) => {
      ms += more;
    },
  };
}

/** The real store, which can be told that its disk has gone. */
function failing(store: Store, failure: () => Error | undefined): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const error = failure();
        return error === undefined ? Reflect.apply(value, target, given) : Promise.reject(error);
      };
    },
  });
}

function recording(store: FlowRows, calls: string[]): FlowRows {
  return {
    getFlow(...given) {
      calls.push('get');
      return store.getFlow(...given);
    },
    putFlow(...given) {
      calls.push(`put ${given.join(' ')}`);
      return store.putFlow(...given);
    },
    dropFlow(...given) {
      calls.push('drop');
      return store.dropFlow(...given);
    },
  };
}

function recordingLog(lines: string[]): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
