/** Who is on the other side, and what the proxies before us may say about it. @module */
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { itemsOf } from './header-lines.ts';
import { canonicalHost, type Scheme } from './host.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Whether an address belongs to a listed peer. */
export type TrustedPeers = (address: string) => boolean;

/** The way a request took, as far as listed peers vouch for it. */
export interface ClientWay {
  /** The right-most hop that no listed peer is; no port, no brackets. */
  readonly client: string;
  /** From the client to the peer on our socket, comma separated. */
  readonly chain: string;
}

/**
 * Parses the listed networks once.
 *
 * @throws Error for a network that is no CIDR; the configuration has checked them
 */
export function createTrustedPeers(cidrs: readonly string[]): TrustedPeers {
  const networks = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  if (networks.length === 0) return () => false;
  const isListed = (text: string) => {
    const address = parseAddress(text);
    if (address === undefined) return false;
    return networks.some(([network, bits]) => {
      return network.kind() === address.kind() && address.match([network, bits]);
    });
  };
  // Few peers ask, and often: parsing their addresses would cost more than the rest of a check.
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MAX_KNOWN_PEERS) known.clear();
    const answer = isListed(text);
    known.set(text, answer);
    return answer;
  };
}

/** Addresses that are remembered; a client that invents some only empties the memory. */
const MAX_KNOWN_PEERS = 1_000;

/** An IPv4-mapped IPv6 address as IPv4, no zone: one spelling for logs and throttles. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  if (!address.includes(':')) return address;
  return parseAddress(address)?.toString() ?? address;
}

/**
 * Walks `X-Forwarded-For` from the right for as long as the hop that wrote it is
 * a listed peer. A hop that cannot be read ends the walk: what lies behind it is
 * anybody's word.
 */
export function walkForwardedFor(
  peer: string,
  rawHeaders: readonly string[],
  isTrusted: TrustedPeers,
): ClientWay {
  if (!isTrusted(peer)) return { client: peer, chain: peer };
  const hops = itemsOf(rawHeaders, 'x-forwarded-for').map(hopAddress);
  const way = [peer];
  let client = peer;
  for (const hop of hops.reverse()) {
    if (hop === undefined) break;
    client = hop;
    way.unshift(hop);
    if (!isTrusted(hop)) break;
  }
  return { client, chain: way.join(', ') };
}

/**
 * The last `X-Forwarded-Proto`, or undefined when it is none; ask only for a listed peer. Traefik
 * says `wss` for a handshake: taken for nothing, it would let pages that came by http in.
 */
export function forwardedScheme(rawHeaders: readonly string[]): Scheme | undefined {
  return SCHEMES.get(itemsOf(rawHeaders, 'x-forwarded-proto').at(-1)?.toLowerCase() ?? '');
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

/** The last `X-Forwarded-Host`, canonical, or undefined; ask only for a listed peer. */
export function forwardedHost(rawHeaders: readonly string[], scheme: Scheme): string | undefined {
  const host = itemsOf(rawHeaders, 'x-forwarded-host').at(-1);
  return host === undefined ? undefined : canonicalHost(host, scheme);
}

/** One hop as some proxies write it: with a port, in brackets. */
function hopAddress(written: string): string | undefined {
  if (isIPv4(written)) return written;
  const [, bracketed, withPort] =
    /^\[([^\]]+)\](?::[0-9]+)?$|^([0-9.]+):[0-9]+$/.exec(written) ?? [];
  return parseAddress(bracketed ?? withPort ?? written)?.toString();
}

/** Four decimal parts or IPv6: `127.1` and `0x7f000001` are nobody's way to write a peer. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text.split('%', 1)[0] as string);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
