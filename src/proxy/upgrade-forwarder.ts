/** Forwards WebSocket handshakes, and what follows them. @module */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy';
import type { Forwarder, ForwardOrder } from './contract.ts';
import type { ExchangeDeps } from './exchange.ts';
import { requestFraming } from './framing.ts';
import { Handshake } from './handshake.ts';
import type { RawHeaders } from './header-passes.ts';
import { type HeaderRecord, headerRecord } from './header-record.ts';
import { forwardedHeaders } from './http-forwarder.ts';
import { hostOf, upstreamTls } from './pools.ts';

/**
 * Builds the upgrade half of the forwarder. The library dials, switches and pipes;
 * it reads headers from the request that it is handed, so it is handed a view of the
 * request whose headers have been through the same passes as any other's.
 */
export function createUpgradeForwarder(deps: ExchangeDeps): Forwarder['forwardUpgrade'] {
  const handshakes = new WeakMap<object, Handshake>();
  // No options here: they would beat those of the single call.
  const proxy = createProxyServer();
  proxy.on('proxyReqWs', (request, view) => handshakes.get(view)?.onRequest(request));
  proxy.on('error', (error, view) => handshakes.get(view ?? proxy)?.onError(error));

  return (req, socket, head, order) => {
    // First of all: a client may reset at any moment, and an unheard error ends the process.
    socket.on('error', () => undefined);
    if (socket.destroyed) {
      deps.meter?.ended(req, 0);
      return;
    }
    const handshake = new Handshake(deps, req, socket, order);
    if (!req.url?.startsWith('/')) return handshake.refuse('E_TARGET_MALFORMED');
    if (requestFraming(req.rawHeaders, req.httpVersion).kind !== 'none') {
      return handshake.refuse('E_FRAMING');
    }
    const view: IncomingMessage = Object.create(req, {
      headers: { value: handshakeHeaders(forwardedHeaders(deps, req, order), order) },
    });
    handshakes.set(view, handshake);
    void proxy.ws(view, socket as Socket, callOptions(order), head);
  };
}

function callOptions({ upstream, limits }: ForwardOrder) {
  const { protocol, port } = new URL(upstream.origin);
  const { socketPath } = upstream;
  return {
    target: {
      protocol,
      port,
      host: hostOf(upstream),
      ...(socketPath === undefined ? undefined : { socketPath }),
    },
    // A new object each time, since the library adds the request's own fields to it.
    ...(protocol === 'https:' ? { ssl: { ...upstreamTls(upstream) } } : undefined),
    upgradeTimeout: limits.connectTimeoutMs + limits.firstByteTimeoutMs,
  };
}

/** The passed lines with what makes them a handshake again. */
function handshakeHeaders(passed: RawHeaders, order: ForwardOrder): HeaderRecord {
  const host = order.site === undefined ? [] : ['Host', new URL(order.upstream.origin).host];
  const headers = headerRecord([...host, ...passed]);
  // Looked up by the library, hence in lower case.
  headers.connection = 'Upgrade';
  headers.upgrade = 'websocket';
  return headers;
}
