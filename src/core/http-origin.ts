/** Origins: scheme, host and port of a site, and nothing behind them. @module */
import { accepted, type Parsed, refused } from './parsed.ts';

/** What to say about the usual mistakes; it depends on what the origin is for. */
export interface OriginRemedies {
  readonly origin: string;
  readonly userInfo: string;
  readonly path: string;
  /** What a text without a scheme was probably meant to have. */
  readonly scheme: 'http' | 'https';
}

const REMEDY = 'write scheme, host and port alone, such as https://tools.example.com';
const REMEDIES: OriginRemedies = {
  origin: REMEDY,
  userInfo: 'remove everything up to the @',
  path: REMEDY,
  scheme: 'https',
};

/**
 * Reads an http or https origin. The text is checked before the URL parser sees
 * it: that parser silently drops tabs and turns `\` into `/`.
 *
 * @returns the URL; its path is `/`
 * @see RFC 6454 §4
 */
export function parseHttpOrigin(text: string, remedies = REMEDIES): Parsed<URL> {
  if (text.includes('@')) {
    return refused('holds a user name or a password', remedies.userInfo);
  }
  if (/[\s\p{Cc}\\]/u.test(text)) return refused('holds a space or a backslash', remedies.origin);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return refused('has no scheme', remedies.origin, `${remedies.scheme}://${text}`);
  if (scheme === 'ws' || scheme === 'wss') {
    const meant = text.replace(/^ws/i, 'http');
    return refused('has the scheme of a WebSocket', 'write http or https, which carry it', meant);
  }
  if (scheme !== 'http' && scheme !== 'https') {
    return refused('is neither http nor https', remedies.origin);
  }
  if (!URL.canParse(text)) return refused('is not a URL', remedies.origin);
  const url = new URL(text);
  if (url.port === '0') return refused('has port 0', 'write the port that is listened on');
  if (/[?#]/.test(text)) return refused('has a query or a fragment', remedies.path);
  if (url.pathname !== '/') return refused('has a path', remedies.path);
  return accepted(url);
}
