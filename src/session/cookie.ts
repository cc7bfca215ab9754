/** Our cookies: their names, their attributes, and finding the one that counts. @module */

/** What the operator says about our cookies. */
export interface CookiePolicy {
  /** Base name, without a prefix. */
  readonly cookieName: string;
  /** Set where several hosts share the sign-in. */
  readonly cookieDomain: string | undefined;
  /** Browsers reach us over https. */
  readonly secure: boolean;
}

/** What browsers hold to rules of their own, and nothing (RFC 6265bis §4.1.3). */
export const COOKIE_PREFIXES = ['', '__Host-', '__Secure-'] as const;

/** Every cookie of ours, by what follows the base name. */
export const COOKIE_SUFFIXES = ['', '-flow', '-browser'] as const;

/** One of {@link COOKIE_SUFFIXES}: a cookie that is not there would reach upstreams. */
export type CookieSuffix = (typeof COOKIE_SUFFIXES)[number];

/**
 * The name with the strongest prefix that the policy allows: a browser takes
 * `__Host-` only from this host over https, so no sibling can plant one.
 *
 * @see RFC 6265bis §4.1.3
 */
export function cookieNameFor(policy: CookiePolicy, suffix: CookieSuffix = ''): string {
  return prefixFor(policy) + policy.cookieName + suffix;
}

/** Lower-case names of all our cookies, under every prefix: none of them reaches an upstream. */
export function ownCookieNames(cookieName: string): ReadonlySet<string> {
  return new Set(
    COOKIE_PREFIXES.flatMap((prefix) =>
      COOKIE_SUFFIXES.map((suffix) => (prefix + cookieName + suffix).toLowerCase()),
    ),
  );
}

/** A `Set-Cookie` line that keeps `value` for `maxAgeSec` seconds. */
export function setCookieLine(
  policy: CookiePolicy,
  cookie: { readonly suffix?: CookieSuffix; readonly value: string; readonly maxAgeSec: number },
): string {
  const name = cookieNameFor(policy, cookie.suffix);
  return `${name}=${cookie.value}; Max-Age=${cookie.maxAgeSec}${attributesOf(policy)}`;
}

/**
 * `Set-Cookie` lines that remove the cookie and every look-alike that makes it
 * ambiguous: one left by an earlier configuration would otherwise lock its owner
 * out, because two are read as none.
 */
export function clearCookieLines(policy: CookiePolicy): readonly string[] {
  const domains =
    policy.cookieDomain === undefined ? [undefined] : [policy.cookieDomain, undefined];
  return COOKIE_PREFIXES.flatMap((prefix) => {
    if (prefix !== '' && !policy.secure) return [];
    return (prefix === '__Host-' ? [undefined] : domains).map((cookieDomain) => {
      const attributes = attributesOf({ ...policy, cookieDomain });
      return `${prefix}${policy.cookieName}=; Max-Age=0${attributes}`;
    });
  });
}

/** Finds the value of our cookie among all `Cookie` lines of a request. */
export type CookieFinder = (rawHeaders: readonly string[]) => string | undefined;

/**
 * Builds the finder of one cookie. It answers undefined where no cookie has our
 * name, and the empty string, which opens nothing, where one has but not exactly
 * once or not under exactly the name that we set: of two, one was planted.
 */
export function createCookieFinder(policy: CookiePolicy, suffix: CookieSuffix = ''): CookieFinder {
  const name = cookieNameFor(policy, suffix);
  const base = (policy.cookieName + suffix).toLowerCase();
  const lookAlikes = new Set(COOKIE_PREFIXES.map((prefix) => prefix.toLowerCase() + base));

  return (rawHeaders) => {
    let found: string | undefined;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      if (!isCookieHeader(rawHeaders[i] as string)) continue;
      const line = rawHeaders[i + 1] as string;
      for (let start = 0; start <= line.length; ) {
        const semicolon = line.indexOf(';', start);
        const end = semicolon === -1 ? line.length : semicolon;
        const value = valueIn(line.slice(start, end));
        if (value !== undefined) found = found === undefined ? value : '';
        start = end + 1;
      }
    }
    return found;
  };

  function valueIn(pair: string): string | undefined {
    const equals = pair.indexOf('=');
    const written = trimBlanks(equals === -1 ? pair : pair.slice(0, equals));
    if (written === name) return equals === -1 ? '' : trimBlanks(pair.slice(equals + 1));
    // The length rules out nearly every foreign name before it is copied.
    if (written.length < base.length || written.length > base.length + '__secure-'.length) {
      return undefined;
    }
    return lookAlikes.has(written.toLowerCase()) ? '' : undefined;
  }
}

function isCookieHeader(name: string): boolean {
  return name.length === 6 && name.toLowerCase() === 'cookie';
}

/** Only blanks and tabs: what else looks empty is part of a name (RFC 6265 §5.2). */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function prefixFor({ secure, cookieDomain }: CookiePolicy): string {
  if (!secure) return '';
  return cookieDomain === undefined ? '__Host-' : '__Secure-';
}

function attributesOf({ secure, cookieDomain }: CookiePolicy): string {
  const domain = cookieDomain === undefined ? '' : `; Domain=${cookieDomain}`;
  return `; Path=/${domain}; HttpOnly${secure ? '; Secure' : ''}; SameSite=Lax`;
}
