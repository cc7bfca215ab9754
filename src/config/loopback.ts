/** Which hosts are this machine itself. @module */
import { BlockList, isIP } from 'node:net';

/** @param host  a name or an address; IPv6 with or without brackets */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(name);
  if (family === 0) return name === 'localhost' || name.endsWith('.localhost');
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(name, family === 4 ? 'ipv4' : 'ipv6');
}
