/** What must be clear about a request before anybody asks who sent it. @module */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../core/errors.ts';
import { acceptRequestId } from '../telemetry/request-id.ts';
import {
  createTrustedPeers,
  forwardedHost,
  forwardedScheme,
  plainAddress,
  walkForwardedFor,
} from './client-address.ts';
import type { RequestContext } from './contract.ts';
import { isFramingClear } from './framing.ts';
import { valuesOf } from './header-lines.ts';
import { isDotted, requestHost, type Scheme } from './host.ts';
import { parseTarget } from './target.ts';

/** What admission goes by, from the configuration. */
export interface AdmissionDeps {
  readonly trustedProxies: readonly string[];
  readonly publicUrl: URL | undefined;
  readonly requestIds: () => string;
}

/** A request as it will be spoken of from here on, or why it goes no further. */
export type Admission =
  | {
      readonly ok: true;
      readonly context: RequestContext;
      /** `X-Forwarded-For` as we vouch for it. */
      readonly chain: string;
    }
  | { readonly ok: false; readonly code: ErrorCode };

/** Looks at the head alone; never throws for what a client sent. */
export type Admit = (req: IncomingMessage) => Admission;

/**
 * Builds the first steps: framing, method, target, client address, host. Each
 * looks at what the one before has made sure of; the first refusal stands.
 */
export function createAdmit(deps: AdmissionDeps): Admit {
  const isTrusted = createTrustedPeers(deps.trustedProxies);
  const publicScheme = deps.publicUrl && schemeOf(deps.publicUrl);

  return (req) => {
    const { rawHeaders, httpVersion } = req;
    if (!isFramingClear(req)) return refusal('E_FRAMING');
    if (req.method === 'TRACE') return refusal('E_METHOD_REFUSED');
    const target = req.url ?? '';
    const parsed = parseTarget(target);
    if (!parsed.ok) return refusal(parsed.code);

    const peer = plainAddress(req.socket.remoteAddress);
    const isPeerTrusted = isTrusted(peer);
    const way = isPeerTrusted ? walkForwardedFor(peer, rawHeaders, isTrusted) : directWay(peer);
    const scheme = publicScheme ?? ((isPeerTrusted && forwardedScheme(rawHeaders)) || 'http');
    const own = requestHost(rawHeaders, httpVersion, scheme);
    if (own === undefined) return refusal('E_HOST_INVALID');
    const saidHost = isPeerTrusted ? forwardedHost(rawHeaders, scheme) : undefined;
    const host = saidHost ?? own.canonical;

    const { path } = parsed;
    const sentId = isPeerTrusted
      ? acceptRequestId(valuesOf(rawHeaders, 'x-request-id')[0])
      : undefined;
    const requestId = sentId ?? deps.requestIds();
    const context = {
      requestId,
      clientAddress: way.client,
      scheme,
      host,
      target,
      path,
      ...((saidHost !== undefined || isDotted(own.written)) && { isHostOurs: true }),
    };
    return { ok: true, context, chain: way.chain };
  };
}

function refusal(code: ErrorCode): Admission {
  return { ok: false, code };
}

function directWay(peer: string) {
  return { client: peer, chain: peer };
}

function schemeOf(url: URL): Scheme {
  return url.protocol === 'https:' ? 'https' : 'http';
}
