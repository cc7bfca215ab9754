/** Where a person may be sent after signing in: a path of this site, or of one that shares it. @module */

const MAX_BYTES = 2048;
const ELSEWHERE = '/';

/** Space, controls and everything that a browser strips or folds before it reads a URL. */
const UNPRINTABLE = /[\p{Cc}\p{Z}\p{Cf}]/u;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;
const CONTROL = /\p{Cc}/u;

/**
 * Checks a return path, when it is taken from a link and again when it is used.
 *
 * Refused are: another site in any spelling (`//evil`, `/\evil`, `https:evil`,
 * also when it only appears after percent-decoding), a first segment with `@`,
 * control characters and white space, more than 2 KB, and the pages for signing
 * in and out, which would lead in a circle. The path is never normalised: dot
 * segments resolved here could turn `/..//evil` into another host.
 *
 * @param value   as it came: a query parameter or a form field, decoded once
 * @param prefix  `/_auth`
 * @returns ASCII, fit for `Location`; `/` for everything refused
 */
export function checkReturnPath(value: string | null | undefined, prefix: string): string {
  if (value === null || value === undefined || value.length > MAX_BYTES) return ELSEWHERE;
  if (!value.isWellFormed() || UNPRINTABLE.test(value)) return ELSEWHERE;
  const path = value.split(/[?#]/, 1)[0] ?? '';
  if (BROKEN_ESCAPE.test(path) || path.includes('\\')) return ELSEWHERE;
  if (!readings(path).every((reading) => isLocal(reading, prefix))) return ELSEWHERE;
  const location = value.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  return location.length > MAX_BYTES ? ELSEWHERE : location;
}

/** What a sign-in may lead back to. */
export interface ReturnRules {
  /** `/_auth` */
  readonly prefix: string;
  /** Other sites that share the session, such as `https://app.example.com`; none by default. */
  readonly returnOrigins?: ReadonlySet<string>;
}

/**
 * Checks where a sign-in leads back to: a path by {@link checkReturnPath}, or the
 * same on a site that shares the session. The origin must be written as such sites
 * are, in lower case and without a default port; there is only one way to read it.
 *
 * @returns ASCII, fit for `Location`; `/` for everything refused
 */
export function checkReturnTo(
  value: string | null | undefined,
  { prefix, returnOrigins }: ReturnRules,
): string {
  const [, origin, rest = ''] = /^(https?:\/\/[^/?#\\]+)(.*)$/s.exec(value ?? '') ?? [];
  if (origin === undefined || returnOrigins?.has(origin) !== true) {
    return checkReturnPath(value, prefix);
  }
  const asked = rest === '' ? '/' : rest;
  const path = checkReturnPath(asked, prefix);
  return path === ELSEWHERE && asked !== ELSEWHERE ? ELSEWHERE : origin + path;
}

/** The path as servers and browsers on the way may read it: as is, decoded once, decoded twice. */
function readings(path: string): readonly string[] {
  const once = decodeAscii(path);
  return [path, once, decodeAscii(once)];
}

/** Every character that could change where a path leads is ASCII; the rest stays encoded. */
const decodeAscii = (path: string) =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

function isLocal(path: string, prefix: string): boolean {
  if (CONTROL.test(path)) return false;
  if (!path.startsWith('/') || /^\/[/\\]/.test(path)) return false;
  if (/^\/[^/]*@/.test(path)) return false;
  const resolved = resolveDots(path);
  return !resolved.startsWith('//') && !isCircular(resolved, prefix);
}

const isCircular = (path: string, prefix: string) =>
  [`${prefix}/login`, `${prefix}/logout`].some(
    (page) => path === page || path.startsWith(`${page}/`) || path.startsWith(`${page};`),
  );

/** As a browser resolves the path (WHATWG URL), `\` read as `/`. */
function resolveDots(path: string): string {
  const parsed = URL.parse(`http://local${path.replaceAll('?', '%3F').replaceAll('#', '%23')}`);
  return parsed?.host === 'local' ? parsed.pathname : '//';
}
