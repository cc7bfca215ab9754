/** Refusing paths that the upstream could read as another path than we did. @module */

/** A cheap test that ordinary paths fail: nothing below happens to them. */
const SUSPICIOUS = /[%\\;]|\/\/|\/\./;

/** No honest path has more; a crafted one must not cost more. */
const MAX_READINGS = 64;

const MAX_DECODINGS = 2;

/** What other software is known to do to a path before it looks at it. */
const REWRITES: readonly ((path: string) => string)[] = [
  (path) => path.replaceAll('\\', '/'),
  (path) => path.replace(/\/{2,}/g, '/'),
  (path) => path.replace(/;[^/]*/g, ''),
  (path) => path.replace(/;.*/s, ''),
  // Only a decoded path has these: `/admin%3F` becomes `/admin` where it is parsed again.
  (path) => path.replace(/[?#].*/s, ''),
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
  const readings = new Map<string, number>([[path, 0]]);
  // A Map hands out what is added while it is walked: this visits the closure.
  for (const [reading, decodings] of readings) {
    for (const next of readingsOf(reading, decodings)) {
      const known = readings.get(next.path);
      if (known !== undefined && known <= next.decodings) continue;
      if (meaning(next.path) !== own || readings.size >= MAX_READINGS) return true;
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
