/** A bare server in front of the forwarder: lets everybody through. @module */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type ErrorCode, STATUS } from '../../src/core/errors.ts';
import type { ForwardLimits, Upstream } from '../../src/core/upstream.ts';
import type { Forwarder, ForwarderDeps, ForwardOrder } from '../../src/proxy/contract.ts';
import { createForwarder } from '../../src/proxy/forwarder.ts';
import { listenLocally } from '../local-server.ts';

export const LIMITS: ForwardLimits = {
  connectTimeoutMs: 2_000,
  firstByteTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  maxBodyBytes: undefined,
};

export const OWN_COOKIES: ReadonlySet<string> = new Set(['sallyport', '__host-sallyport']);

export interface Door extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  readonly forwarder: Forwarder;
  readonly failures: ErrorCode[];
}

type OrderPatch = Partial<Omit<ForwardOrder, 'limits'>> & {
  readonly limits?: Partial<ForwardLimits>;
};

/** Starts a door to one upstream; `patch` changes the order of each request, `deps` what it tells. */
export async function startDoor(
  upstream: Upstream,
  patch: OrderPatch | ((req: IncomingMessage) => OrderPatch) = {},
  deps: Pick<ForwarderDeps, 'meter'> = {},
): Promise<Door> {
  const failures: ErrorCode[] = [];
  const forwarder = createForwarder({
    ownCookieNames: OWN_COOKIES,
    fail(_req, res, code) {
      res.writeHead(STATUS[code], { 'Content-Type': 'text/plain' }).end(code);
    },
    failUpgrade(_req, socket, code) {
      socket.end(
        `HTTP/1.1 ${STATUS[code]} No\r\nConnection: close\r\nContent-Length: ${code.length}\r\n\r\n${code}`,
      );
    },
    report(_req, code) {
      failures.push(code);
    },
    ...deps,
  });
  const orderFor = (req: IncomingMessage): ForwardOrder => {
    const { limits, ...rest } = typeof patch === 'function' ? patch(req) : patch;
    return {
      upstream,
      vouched: [],
      setCookies: [],
      ...rest,
      limits: { ...LIMITS, ...limits },
    };
  };
  const server = createServer({ requestTimeout: 0, optimizeEmptyRequests: true }, (req, res) =>
    forwarder.forward(req, res, orderFor(req)),
  );
  server.on('checkContinue', (req, res) => {
    res.writeContinue();
    forwarder.forward(req, res, orderFor(req));
  });
  server.on('upgrade', (req, socket, head) =>
    forwarder.forwardUpgrade(req, socket, head, orderFor(req)),
  );
  const local = await listenLocally(server);
  return {
    port: local.port,
    server,
    forwarder,
    failures,
    async [Symbol.asyncDispose]() {
      local[Symbol.dispose]();
      await forwarder.close();
    },
  };
}
