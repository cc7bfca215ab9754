/** Networks in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`. @module */
import { isIPv4, isIPv6 } from 'node:net';
import { accepted, type Parsed, refused } from './parsed.ts';

const REMEDY = 'write a network such as 10.0.0.0/8 or 2001:db8::/32, or a single address';

/**
 * Reads a network or a single address.
 *
 * Bits beyond the prefix length are refused rather than cut: `10.1.2.3/8` is
 * either a typing error or a misunderstanding, and both decide who is trusted.
 *
 * @returns `address/length`, the address in its canonical spelling
 * @see RFC 4632 §3.1, RFC 5952
 */
export function parseCidr(text: string): Parsed<string> {
  const match = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text);
  const [, address = '', digits] = match ?? [];
  if (match === null || !(isIPv4(address) || isIPv6(address))) {
    return refused('is not a network', REMEDY);
  }
  const bytes = isIPv4(address) ? address.split('.').map(Number) : bytesOfIPv6(address);
  const length = digits === undefined ? bytes.length * 8 : Number(digits);
  if (length > bytes.length * 8) {
    return refused(`has a prefix length above ${bytes.length * 8}`, REMEDY);
  }
  if (isMappedIPv4(bytes)) {
    return refused('is an IPv4 network in IPv6 dress', 'write it as IPv4, such as 10.0.0.0/8');
  }
  const network = bytes.map((byte, i) => byte & maskByte(length - i * 8));
  const canonical = `${formatAddress(network)}/${length}`;
  if (network.some((byte, i) => byte !== bytes[i])) {
    return refused(`has bits set beyond its first ${length}`, REMEDY, canonical);
  }
  return accepted(canonical);
}

const maskByte = (bits: number) => (bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff);

const isMappedIPv4 = (bytes: readonly number[]) =>
  bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));

function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function bytesOfIPv6(address: string): readonly number[] {
  // The URL parser writes every IPv6 address in hexadecimal groups, with at most one `::`.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
