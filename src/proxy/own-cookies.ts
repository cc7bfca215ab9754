/** Our cookies on other people's wires: taken out, both ways. @module */

/**
 * Takes our cookies out of one `Cookie` value. Every other byte stays.
 *
 * A quoted value hides nothing: whoever can set `x="` and `y="` on this host would
 * otherwise carry our cookie to the upstream between the two.
 *
 * @param own  lower-case names of our cookies
 * @returns what is left, or undefined when nothing but attributes is
 */
export function stripOwnCookies(value: string, own: ReadonlySet<string>): string | undefined {
  if (!mentionsAny(value, own)) return value;
  const kept: string[] = [];
  let hasCookie = false;
  let isOurs = false;
  let isInOurQuotes = false;
  for (const part of value.split(';')) {
    if (isInOurQuotes) {
      isInOurQuotes = !part.includes('"');
      continue;
    }
    const name = cookieName(part);
    // `$Path` and `$Domain` describe the cookie before them (RFC 2965 §3.3.4).
    const isAttribute = name.startsWith('$');
    if (!isAttribute || name === '$version') isOurs = own.has(name);
    if (isOurs) {
      isInOurQuotes = !isAttribute && hasOpenQuote(part);
      continue;
    }
    hasCookie ||= !isAttribute && name !== '';
    kept.push(kept.length === 0 ? part.trimStart() : part);
  }
  return hasCookie ? kept.join(';') : undefined;
}

/**
 * Tells whether a `Set-Cookie` value would set a cookie of ours.
 *
 * A nameless cookie (`=name=value`) is stored under no name and sent as
 * `name=value`: the name is what stands before the first `=` that follows one.
 */
export function setsOwnCookie(value: string, own: ReadonlySet<string>): boolean {
  return own.has(cookieName(value));
}

/** The name in front of `=` or `;`, as the most lenient reader takes it. */
function cookieName(part: string): string {
  const named = part.replace(/^[\s=]+/, '');
  const end = named.search(/[=;]/);
  return (end === -1 ? named : named.slice(0, end)).trim().toLowerCase();
}

function mentionsAny(value: string, own: ReadonlySet<string>): boolean {
  const lower = value.toLowerCase();
  for (const name of own) if (lower.includes(name)) return true;
  return false;
}

function hasOpenQuote(part: string): boolean {
  const value = part.slice(part.indexOf('=') + 1).trim();
  return value.startsWith('"') && !value.slice(1).includes('"');
}

/**
 * The lines that bring our cookies to the browser, names and values in turn. No cache may keep
 * an answer with them; what the upstream says about caches has been dropped by then.
 *
 * @param setCookies  values of `Set-Cookie`, mostly none
 */
export function cookieLines(setCookies: readonly string[]): readonly string[] {
  if (setCookies.length === 0) return NOTHING;
  return [...setCookies.flatMap((line) => ['Set-Cookie', line]), 'Cache-Control', 'no-store'];
}

const NOTHING: readonly string[] = [];
