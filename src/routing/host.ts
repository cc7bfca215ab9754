/** One spelling for every host. @module */
import ipaddr from 'ipaddr.js';
import { valuesOf } from './header-lines.ts';

/** How browsers reach us, which says what the default port is. */
export type Scheme = 'http' | 'https';

const NAME = /^([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::([1-9][0-9]{0,4}))?$/;
const IPV6 = /^\[([0-9a-f:.]+)\](?::([1-9][0-9]{0,4}))?$/;

/**
 * Brings `host[:port]` into its canonical form: lower case, no trailing dot, no
 * default port of the scheme, IPv6 compressed.
 *
 * @returns undefined for userinfo, a bad port, lists, and all that is no host
 */
export function canonicalHost(written: string, scheme: Scheme): string | undefined {
  const text = written.toLowerCase();
  const [, name, port] = NAME.exec(text) ?? [];
  if (name !== undefined) return withPort(name, port, scheme);
  const [, address, addressPort] = IPV6.exec(text) ?? [];
  if (address === undefined || !ipaddr.IPv6.isValid(address)) return undefined;
  return withPort(`[${ipaddr.IPv6.parse(address).toRFC5952String()}]`, addressPort, scheme);
}

/** The host of a request, as its `Host` line has it and in its canonical form. */
export interface RequestHost {
  readonly written: string;
  readonly canonical: string;
}

const NO_HOST: RequestHost = { written: '', canonical: '' };

/**
 * The host of a request by its `Host` line.
 *
 * @returns both empty where HTTP/1.0 sent none; undefined where the request must be refused
 * @see RFC 9112 §3.2
 */
export function requestHost(
  rawHeaders: readonly string[],
  httpVersion: string,
  scheme: Scheme,
): RequestHost | undefined {
  const [written, second] = valuesOf(rawHeaders, 'host');
  if (written === undefined) return httpVersion === '1.0' ? NO_HOST : undefined;
  const canonical = second === undefined ? canonicalHost(written, scheme) : undefined;
  return canonical === undefined ? undefined : { written, canonical };
}

/** Many upstreams take `app.example.com.` for no site of theirs, and serve another one. */
export const isDotted = (written: string): boolean => /\.(?::[0-9]+)?$/.test(written);

/** The host without its port. */
export function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
}

function withPort(name: string, port: string | undefined, scheme: Scheme): string | undefined {
  if (port === undefined) return name;
  if (Number(port) > 65_535) return undefined;
  return port === (scheme === 'https' ? '443' : '80') ? name : `${name}:${port}`;
}
