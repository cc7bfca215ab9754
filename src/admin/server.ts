/** The listener for the operator's own programs: metrics and health (ADR 21). @module */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv4, isIPv6 } from 'node:net';
import type { ListenAddress } from '../core/listen-address.ts';
import { shareRuns } from '../core/shared-runs.ts';
import { EXPOSITION_TYPE } from '../telemetry/exposition.ts';

/** What the probes are told. */
export interface AdminHealth {
  readonly ready: boolean;
  /** Why no requests should be sent here; empty when ready. */
  readonly reasons: readonly string[];
  /** What is wrong although the door serves as before. */
  readonly notes: readonly string[];
}

/** Who knows what is asked for: one process, or a primary about its workers. */
export interface AdminSources {
  /** The exposition in Prometheus' text format. */
  readonly collect: () => Promise<string>;
  readonly health: () => Promise<AdminHealth>;
}

/** An open listener. */
export interface AdminServer {
  /** Really bound; port 0 has become a number. */
  readonly address: ListenAddress;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** A scraper or two, a probe, an operator: more is somebody who holds connections open. */
const MAX_CONNECTIONS = 32;
const MAX_HEADER_BYTES = 8 * 1024;
const HEAD_TIMEOUT_MS = 5_000;
/** Longer than Prometheus waits by default; also for those who do not read. */
const SILENCE_MS = 15_000;
/** Longer than common scrape intervals. */
const KEEP_ALIVE_MS = 65_000;

/** @throws NodeJS.ErrnoException when the address cannot be bound */
export async function startAdminServer(
  listen: ListenAddress,
  sources: AdminSources,
): Promise<AdminServer> {
  const answer = createAnswerer(listen.host, sources);
  const server = createAdminHttpServer(answer);
  server.listen({ host: listen.host, port: listen.port });
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createAdminHttpServer(answer: Answerer): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: HEAD_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(SILENCE_MS);
  server.on('request', (req, res) => {
    answer(req, res).catch(() => {
      if (res.headersSent) res.destroy();
      else send(res, { status: 500, body: 'could not be collected\n' });
    });
  });
  return server;
}

type Answerer = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

function createAnswerer(ownHost: string, { collect, health }: AdminSources): Answerer {
  // Whoever asks while an answer is being made waits for the same one.
  const { run: collectOnce } = shareRuns(collect);
  const pages: Readonly<Record<string, () => Promise<Answer>>> = {
    '/metrics': async () => ({ status: 200, type: EXPOSITION_TYPE, body: await collectOnce() }),
    '/healthz': async () => ({ status: 200, body: 'ok\n' }),
    '/readyz': async () => {
      const said = await health();
      const body = `${JSON.stringify(said)}\n`;
      return { status: said.ready ? 200 : 503, type: 'application/json; charset=utf-8', body };
    },
  };
  return async (req, res) => {
    // Neither is ever asked for with a body: what follows is nobody's request.
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD').setHeader('Connection', 'close');
      return send(res, { status: 405, body: 'only GET and HEAD\n' });
    }
    if (!isOwnHost(req.headers.host, ownHost)) {
      return send(res, { status: 421, body: 'ask by address, localhost or admin.listen\n' });
    }
    const path = req.url?.split('?', 1)[0] ?? '';
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    send(res, (await page?.()) ?? { status: 404, body: '/metrics, /healthz or /readyz\n' });
  };
}

function send(res: ServerResponse, answer: Answer): void {
  const { status, type = 'text/plain; charset=utf-8', body } = answer;
  res
    .writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    })
    .end(body);
}

/**
 * Whether a `Host` can be meant for this listener. A site whose name an attacker lets point
 * at 127.0.0.1 would be same-origin with it in a victim's browser (DNS rebinding); its
 * requests carry the site's name. Old probes send none at all, which no browser does.
 *
 * @param ownHost  the name or address that the operator let it listen on
 */
export function isOwnHost(header: string | undefined, ownHost: string): boolean {
  if (header === undefined) return true;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(header);
  if (bracketed !== null) return isIPv6(bracketed[1] ?? '');
  const name = /^([^:]+)(?::\d{1,5})?$/.exec(header)?.[1]?.toLowerCase();
  return name !== undefined && (isIPv4(name) || name === 'localhost' || name === ownHost);
}
