/** Which addresses share one budget. @module */
import ipaddr from 'ipaddr.js';

/**
 * One IPv4 address, or the /64 that one IPv6 customer owns: whoever has a /64
 * changes the address for each guess. IPv4 written as IPv6 (`::ffff:…`) is IPv4.
 *
 * @param source  a client address; anything else is its own network
 */
export function sourceNetwork(source: string): string {
  if (!ipaddr.isValid(source)) return source.slice(0, 64);
  const address = ipaddr.process(source);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const prefix = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${prefix.join(':')}::/64`;
}
