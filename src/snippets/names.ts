/** Names that the gateways' configurations are full of: cookies, and headers about people. @module */
import {
  DOOR_AUTHORIZATION,
  METHOD_OVERRIDES,
  VOUCHED_FAMILIES,
  VOUCHED_HEADERS,
} from '../core/header-name.ts';
import { COOKIE_PREFIXES, COOKIE_SUFFIXES } from '../session/cookie.ts';

/** What the check answers with, and the gateway hands on. */
export const IDENTITY_HEADERS = ['Remote-User', 'Remote-Groups', 'Remote-Realm'] as const;

/** Where services show who they are: the question has it, the application must not. */
export const SERVICE_HEADER = DOOR_AUTHORIZATION.replace(/(^|-)[a-z]/g, (letter) =>
  letter.toUpperCase(),
);

/** What the gateway itself says about the way of a request. */
const WAY_HEADERS: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
]);

/** Becomes HTTP_PROXY for a CGI program, which then asks whom the client likes (CVE-2016-5385). */
const HTTPOXY = 'proxy';

/**
 * Headers that a client may forge and nobody sets anew, in their usual spelling.
 *
 * @param hasMethodRules  where a GET was let through as a GET, it must not be served as a DELETE
 */
export function forgeableHeaders(hasMethodRules: boolean): readonly string[] {
  return [...VOUCHED_HEADERS, HTTPOXY, ...(hasMethodRules ? METHOD_OVERRIDES : [])]
    .filter((name) => !WAY_HEADERS.has(name) && name !== DOOR_AUTHORIZATION)
    .filter((name) => !IDENTITY_HEADERS.some((own) => own.toLowerCase() === name))
    .map((name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()));
}

/**
 * Beginnings of names that applications believe whatever follows, in small letters. Gateways
 * set some of the forwarded family themselves: of that one, each name stands by itself.
 */
export const FORGEABLE_FAMILIES = VOUCHED_FAMILIES.filter((family) => family !== 'x-forwarded');

/** Whether a name, in whatever case, begins so. */
export const isOfForgeableFamily = (name: string): boolean =>
  FORGEABLE_FAMILIES.some((family) => name.toLowerCase().startsWith(`${family}-`));

/**
 * A regular expression for the names of the door's cookies, under every prefix; to
 * be matched without regard to case. For PCRE and RE2 alike.
 */
export function cookiePattern(cookieName: string): string {
  const anyOf = (parts: readonly string[]) => `(?:${parts.filter(Boolean).join('|')})?`;
  return `${anyOf(COOKIE_PREFIXES)}${literally(cookieName)}${anyOf(COOKIE_SUFFIXES)}`;
}

/** A regular expression for a path and everything below it. */
export function pathPattern(path: string): string {
  return path === '/' ? '^/' : `^${literally(path)}(?:/|$)`;
}

/** Signs as numbers: none of them can end a quotation or mean something in a pattern. */
const literally = (text: string) =>
  text.replace(/[^A-Za-z0-9/_~-]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`);
