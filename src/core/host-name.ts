/** Host names in the one spelling that they are compared in. @module */
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { accepted, type Parsed, refused } from './parsed.ts';

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const REMEDY = 'write a host name such as app.example.com';

/**
 * Reads a host name or an IPv4 address, without port.
 *
 * @returns lower case, international names in their ASCII form, no trailing dot
 * @see RFC 1123 §2.1, RFC 5890
 */
export function parseHostName(text: string): Parsed<string> {
  if (text.includes('*')) {
    return refused('holds a wildcard', 'name one host, or leave it out to match every host');
  }
  if (/[\s\p{Cc}/:@?#%[\]\\]/u.test(text)) return refused('is not a host name', REMEDY);
  const name = domainToASCII(text).replace(/\.$/, '');
  const labels = name.split('.');
  // `127.1` and `0x7f.1` are read as addresses; only the plain spelling of one is accepted.
  const isValid = isIPv4(name)
    ? name === text
    : name.length <= 253 && labels.every((label) => LABEL.test(label));
  return isValid ? accepted(name) : refused('is not a host name', REMEDY);
}

/**
 * Reads the value that a request's `Host` is compared with: a host name, an
 * IPv4 address or a bracketed IPv6 address, with a port where it is not 80 or 443.
 *
 * @returns the canonical spelling, default ports removed
 */
export function parseHostAndPort(text: string): Parsed<string> {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  const [, host = '', port] = match ?? [];
  if (text.includes('://')) return refused('is a URL', 'write the host alone', hostOf(text));
  if (match === null || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0) {
    return refused('is not a host', `${REMEDY}, with :port where it is not 80 or 443`);
  }
  const suffix = port === undefined || port === '80' || port === '443' ? '' : `:${Number(port)}`;
  if (host.startsWith('[')) {
    if (!isIPv6(host.slice(1, -1)) || host.includes('%')) {
      return refused('is not a host', 'write an IPv6 address in brackets, such as [2001:db8::1]');
    }
    return accepted(`${new URL(`http://${host}`).hostname}${suffix}`);
  }
  const name = parseHostName(host);
  return name.ok ? accepted(`${name.value}${suffix}`) : name;
}

/** Whether browsers send a cookie of `domain` to the host; both in canonical spelling. */
export function isWithinDomain(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function hostOf(text: string): string | undefined {
  return (URL.canParse(text) && new URL(text).host) || undefined;
}
