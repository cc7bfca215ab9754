/** Whether a question may be believed, and what it asks. @module */
import { plainAddress, type TrustedPeers } from '../client-address.ts';
import type { RequestContext, Route } from '../contract.ts';
import type { Exchange } from '../exchange.ts';
import { canonicalHost, hostName, type Scheme } from '../host.ts';
import { isOwnPath } from '../own-path.ts';
import { type Dialect, disbelieve, hear } from './dialect.ts';

/** The gateway that is listed, and what it may be asked about. */
export interface HearingDeps {
  readonly prefix: string;
  readonly routes: readonly Route[];
  readonly dialect: Dialect;
  readonly isTrusted: TrustedPeers;
}

/** The request that a gateway asks about, or the reason why nobody passes. */
export type Hearing =
  | { readonly ok: true; readonly method: string; readonly context: RequestContext }
  | { readonly ok: false; readonly reason: string };

/**
 * Builds the reader of questions. What a peer that is not listed says is no more
 * worth than what a client says, so it is refused and not merely ignored: the
 * operator finds the reason in the log.
 */
export function createHearing({ prefix, routes, dialect, isTrusted }: HearingDeps) {
  // A rule about methods that is asked without one would be met by the wrong one.
  const assumedMethod = routes.every(({ methods }) => methods === undefined) ? 'GET' : undefined;

  return ({ req }: Exchange, rest: string, context: RequestContext): Hearing => {
    if (!isTrusted(plainAddress(req.socket.remoteAddress))) {
      return disbelieve('the peer is not in trusted_proxies');
    }
    const heard = hear(req.rawHeaders, dialect);
    if (!heard.ok) return heard;
    const { host, scheme } = context;
    const written = heard.said['x-forwarded-host'] ?? req.headers.host ?? '';
    if (!isPlainHost(written, scheme)) {
      return disbelieve('the host is spelt as gateways do not compare it');
    }
    const method = req.method ?? '';
    const asked = dialect.read({ method, host, scheme, rest, assumedMethod, said: heard.said });
    if (!asked.ok) return asked;
    if (isOwnPath(prefix, asked.path)) {
      // Behind the gateway an application would be reached by a path that nobody guards.
      return disbelieve("the door's own pages are not the gateway's to ask about");
    }
    const { target, path } = asked;
    return {
      ok: true,
      method: asked.method,
      context: { ...context, host: asked.host, target, path },
    };
  };
}

/**
 * Whether every gateway sees the name that we see. Several take `app.example.com.` for no
 * site of theirs but the one for all hosts: it would be asked about here, and served there.
 * What is no host at all is refused where it is read.
 */
function isPlainHost(written: string, scheme: Scheme): boolean {
  const host = canonicalHost(written, scheme);
  return host === undefined || hostName(host) === hostName(written.toLowerCase());
}
