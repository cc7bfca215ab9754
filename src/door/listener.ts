/** The sockets in front of the gate: how they open, and how they drain. @module */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Config } from '../config/config.ts';
import { StartupError } from '../core/errors.ts';
import type { ListenAddress } from '../core/listen-address.ts';
import type { Gate } from '../routing/contract.ts';
import { bindProblem } from './bind-problem.ts';

/** Open sockets. */
export interface Listener {
  /** The addresses that are really bound; port 0 has become a number. */
  readonly addresses: readonly ListenAddress[];
  /**
   * Stops accepting, lets running requests finish for at most `graceMs`, then cuts.
   *
   * @returns whether everything finished by itself
   */
  drain(graceMs: number): Promise<boolean>;
}

/** A whole request head must have arrived within this time (slow loris). */
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than the idle time of common gateways, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/**
 * A gateway that asks adds the original address to the client's own lines, and an
 * answer of 431 would be a 500 to the person: there is room for what gateways take.
 */
const ROOM_TO_ASK_BYTES = 192 * 1024;
/** How often heads are checked against their timeout, and drained connections looked for. */
const SWEEP_MS = 1_000;
const DRAIN_SWEEP_MS = 50;
/** How long a drain still answers on idle connections: many times the way to any gateway. */
const LINGER_MS = 1_000;

/**
 * Binds every configured address.
 *
 * @throws StartupError if one cannot be bound; none stays open then
 */
export async function listen(
  gate: Gate,
  config: Pick<Config, 'listen' | 'maxHeaderBytes' | 'forwardAuth'>,
): Promise<Listener> {
  const servers: Server[] = [];
  for (const address of config.listen) {
    const server = createGateServer(gate, headBytesOf(config));
    try {
      server.listen({ host: address.host, port: address.port });
      await once(server, 'listening');
    } catch (error) {
      for (const open of servers) open.close();
      throw new StartupError(bindProblem('listen', address, error), 1, error);
    }
    servers.push(server);
  }
  return {
    addresses: servers.map((server) => {
      const { address, port } = server.address() as AddressInfo;
      return { host: address, port };
    }),
    drain: async (graceMs) => {
      const results = await Promise.all(servers.map((server) => drainServer(server, graceMs)));
      return results.every(Boolean);
    },
  };
}

const headBytesOf = ({
  maxHeaderBytes,
  forwardAuth,
}: Pick<Config, 'maxHeaderBytes' | 'forwardAuth'>) =>
  forwardAuth === undefined ? maxHeaderBytes : maxHeaderBytes + ROOM_TO_ASK_BYTES;

function createGateServer(gate: Gate, maxHeaderBytes: number): Server {
  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // A big upload may take hours; a silent one is ended by the forwarder's idle timeout.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: SWEEP_MS,
    // The gate answers a missing Host itself, so that every refusal has one form.
    requireHostHeader: false,
    insecureHTTPParser: false,
    noDelay: true,
    // Most requests announce no body: theirs has ended from the start, and its stream does no work.
    optimizeEmptyRequests: true,
  });
  letInBy(gate, server);
  return server;
}

/** Gives every event of a server to the gate; nothing else listens. */
export function letInBy(gate: Gate, server: Server): void {
  // Node would silently hide the headers past a count; the size is the bound (CVE class: hidden TE).
  server.maxHeadersCount = 0;
  server.on('request', gate.request);
  server.on('checkContinue', gate.checkContinue);
  server.on('checkExpectation', gate.checkExpectation);
  server.on('upgrade', gate.upgrade);
  server.on('connect', gate.connect);
  server.on('clientError', gate.clientError);
}

/**
 * Not by the HTTP server's own `close` alone, which cuts idle connections at once: a gateway
 * may just have sent a request on one of them, and it does not send a POST twice. For a
 * moment such requests are still answered, each as the last of its connection.
 */
async function drainServer(server: Server, graceMs: number): Promise<boolean> {
  const closed = once(server, 'close');
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.prependListener(event, beLast);
  }
  NetServer.prototype.close.call(server);
  let isClean = true;
  let sweep: NodeJS.Timeout | undefined;
  const linger = setTimeout(
    () => {
      // A connection becomes idle only after its running request: look again.
      sweep = setInterval(() => server.closeIdleConnections(), DRAIN_SWEEP_MS);
      void untilHeard().then(() => server.close());
    },
    Math.min(LINGER_MS, graceMs),
  );
  const cut = setTimeout(() => {
    isClean = false;
    server.closeAllConnections();
  }, graceMs + 1);
  await closed;
  clearTimeout(linger);
  clearInterval(sweep);
  clearTimeout(cut);
  // Ends Node's own looks at slow heads, too.
  server.close();
  return isClean;
}

/**
 * A turn of the loop in which everything that has arrived is read. After a pause of the process
 * its timers come first, and closing would cut what lies in the sockets unread.
 */
const untilHeard = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });

const beLast = (_req: IncomingMessage, res: ServerResponse): void => {
  res.shouldKeepAlive = false;
};
