/** One site's two names, put in place of each other. @module */
import type { SiteNames } from '../core/upstream.ts';

/**
 * Tells an upstream what a browser says about its own site, in the upstream's words: a tool that
 * compares `Origin` or `Referer` with `Host`, as many do against foreign pages, finds itself.
 * Foreign pages stay foreign: what does not name exactly this site is left as it is.
 *
 * @param value  an `Origin`, or the address in a `Referer`
 * @returns undefined for a foreign page that bears the upstream's own name, as whatever runs at
 *   `http://localhost` of somebody's machine does: the tool would take it for its own
 */
export function toInside(value: string, { outside, inside }: SiteNames): string | undefined {
  if (startsWithOrigin(value, outside)) return inside + value.slice(outside.length);
  return addressAt(value, inside) === undefined ? value : undefined;
}

/**
 * Tells a browser where an upstream sends it, in the browser's words. The scheme of the
 * upstream's address does not count: a tool may have read it in `X-Forwarded-Proto`.
 *
 * @param value  the address in a `Location`
 * @returns never a reference without scheme and host, which could name another host (`//evil`)
 */
export function toOutside(value: string, { outside, inside }: SiteNames): string {
  const rest = addressAt(value, inside);
  return rest === undefined ? value : outside + rest;
}

/** What follows scheme and host in an address at a site, under whichever scheme it is written. */
function addressAt(value: string, origin: string): string | undefined {
  const scheme = /^(?:https?:)?\/\//i.exec(value)?.[0];
  if (scheme === undefined) return undefined;
  const address = value.slice(scheme.length);
  const host = origin.slice(origin.indexOf('//') + 2);
  return startsWithOrigin(address.toLowerCase(), host) ? address.slice(host.length) : undefined;
}

/** Not `http://tools.example.com.evil`, nor `http://tools.example.com@evil`. */
function startsWithOrigin(value: string, origin: string): boolean {
  if (!value.startsWith(origin)) return false;
  const next = value[origin.length];
  return next === undefined || next === '/' || next === '?' || next === '#';
}
