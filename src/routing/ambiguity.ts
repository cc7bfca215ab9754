/** Refusing paths that the upstream could read as another path than we did. @module */

/** A cheap test that ordinary paths fail: nothing below happens to them. */
const SUSPICIOUS = /[%\\;]|\/\/|\/\./;

/**
 * Characters that are looked at, over all readings. No honest path needs more, and
 * a crafted one must not cost more: what cannot be read through is refused.
 */
const MAX_WORK = 32_768;

const MAX_DECODINGS = 2;

/** What other software is known to do to a path before it looks at it. */
const REWRITES: readonly ((path: string) => string)[] = [
  (path) => (path.includes('\\') ? path.replaceAll('\\', '/') : path),
  (path) => (path.includes('//') ? path.replace(/\/{2,}/g, '/') : path),
  (path) => (path.includes(';') ? path.replace(/;[^/]*/g, '') : path),
  (path) => upTo(path, ';'),
  // Only a decoded path has these: `/admin%3F` becomes `/admin` where it is parsed again.
  (path) => upTo(path, '?'),
  (path) => upTo(path, '#'),
  resolveDotSegments,
];

/**
 * Whether any common reading of the path, or a reading of a reading, means
 * something else than the bytes themselves.
 *
 * @param path     raw path, without stray `%`
 * @param meaning  what a path leads to, compared by identity
 */
export function isAmbiguous(path: string, meaning: (path: string) => unknown): boolean {
  if (!SUSPICIOUS.test(path)) return false;
  const own = meaning(path);
  let work = 0;
  const readings = new Map<string, number>([[path, 0]]);
  // A Map hands out what is added while it is walked: this visits the closure.
  for (const [reading, decodings] of readings) {
    work += reading.length;
    if (work > MAX_WORK) return true;
    for (const next of readingsOf(reading, decodings)) {
      if (next.path === reading && next.decodings >= decodings) continue;
      const known = readings.get(next.path);
      if (known !== undefined && known <= next.decodings) continue;
      if (meaning(next.path) !== own) return true;
      // Deleted first, so that a reading reached with fewer decodings is walked again.
      readings.delete(next.path);
      readings.set(next.path, next.decodings);
    }
  }
  return false;
}

/** Whether the path holds a slash or backslash in disguise, decoded once. */
export function hasEncodedSlash(path: string): boolean {
  return path.includes('%') && /%(?:2f|5c)/i.test(path);
}

function* readingsOf(path: string, decodings: number) {
  for (const rewrite of REWRITES) yield { path: rewrite(path), decodings };
  if (decodings < MAX_DECODINGS && path.includes('%')) {
    yield { path: decode(path), decodings: decodings + 1 };
  }
}

function upTo(path: string, mark: string): string {
  const at = path.indexOf(mark);
  return at === -1 ? path : path.slice(0, at);
}

/** Byte by byte, as latin1: only ASCII decides about routes, and nothing here can throw. */
function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** RFC 3986 §5.2.4; empty segments count, as they do there. */
function resolveDotSegments(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  return `/${kept.join('/')}${(last === '.' || last === '..') && kept.length > 0 ? '/' : ''}`;
}
