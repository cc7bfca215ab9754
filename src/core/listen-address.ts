/** The addresses that a server listens on: `127.0.0.1:8080`, `[::1]:8080`. @module */
import { isIPv6 } from 'node:net';
import { parseHostName } from './host-name.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

const REMEDY = 'write host:port, such as 127.0.0.1:8080 or [::1]:8080';

/** One address that a server listens on. */
export interface ListenAddress {
  /** Host name, IPv4 or IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Writes an address the way {@link parseListenAddress} reads it: IPv6 in brackets. */
export const formatListenAddress = ({ host, port }: ListenAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Reads a listen address. The host is never left out: which interfaces a door
 * opens on is said, not implied.
 *
 * @returns the host without brackets, and the port; port 0 takes a free one
 */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  if (text.includes('://')) return refused('is a URL', REMEDY);
  if (/^\d+$/.test(text)) return refused('names no host', REMEDY, `127.0.0.1:${text}`);
  if (isIPv6(text)) return refused('has no port', REMEDY, `[${text}]:8080`);
  const match = /^(\[[^\]]*\]|[^[\]]*):(\d{1,5})$/.exec(text);
  if (match === null) return refused('has no port', REMEDY);
  const [, host = '', digits] = match;
  const port = Number(digits);
  if (port > 65_535) return refused('has a port above 65535', REMEDY);
  if (host === '' || host === '*') {
    return refused(
      'names no host',
      `write 0.0.0.0:${port} for every IPv4 address, [::]:${port} for IPv6 too, or 127.0.0.1:${port} for this machine alone`,
    );
  }
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIPv6(address)) {
    if (address === host) {
      return refused('has an IPv6 address without brackets', REMEDY, `[${host}]:${port}`);
    }
    return accepted({ host: address, port });
  }
  const name = parseHostName(host);
  return name.ok ? accepted({ host: name.value, port }) : refused('is not an address', REMEDY);
}
