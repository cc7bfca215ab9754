/** Whether a page of another site is behind a WebSocket handshake. @module */
import { canonicalHost, type Scheme } from './host.ts';

/** Whose pages may open a WebSocket. */
export interface OriginRule {
  /** Canonical host of the request. */
  readonly host: string;
  /** Scheme of the request: a page that came by http may have been written by the network. */
  readonly scheme: Scheme;
  /** Origin of `public_url`, where one is set. */
  readonly publicOrigin: string | undefined;
  /** Further origins of the route. */
  readonly origins: readonly string[];
}

/**
 * WebSockets know no same-origin policy: the browser sends our cookie from any
 * page that asks, so the `Origin` it adds decides (RFC 6455 §10.2). Programs send
 * none; they have no page and no foreign cookie.
 *
 * @param origins  every `Origin` line of the request
 */
export function isOriginAllowed(origins: readonly string[], rule: OriginRule): boolean {
  const [origin, ...others] = origins;
  if (origin === undefined) return true;
  if (others.length > 0) return false;
  const folded = origin.toLowerCase();
  if (folded === rule.publicOrigin || rule.origins.includes(folded)) return true;
  const [, scheme, authority] = /^(https?):\/\/([^/]+)$/.exec(folded) ?? [];
  if (scheme === undefined || authority === undefined || rule.host === '') return false;
  if (rule.scheme === 'https' && scheme === 'http') return false;
  // The same default port for both sides: behind a TLS gateway `Host` may keep `:443`.
  const host = canonicalHost(authority, scheme as Scheme);
  return host !== undefined && host === canonicalHost(rule.host, scheme as Scheme);
}
