/** What happens to a header on its way through, as two lists of small rules. @module */
import { METHOD_OVERRIDES } from '../core/header-name.ts';
import type { SiteNames } from '../core/upstream.ts';
import type { FieldName, FieldNames } from './field-names.ts';
import { setsOwnCookie, stripOwnCookies } from './own-cookies.ts';
import { toInside, toOutside } from './site-names.ts';

/** Names and values in turn, in the wire's order, case and number. */
export type RawHeaders = readonly string[];

/** A line we set ourselves. */
export type HeaderLine = readonly [name: string, value: string];

/** What a pass may look at beside the line itself. */
export interface PassScope {
  /** Lower-case names of our cookies. */
  readonly ownCookieNames: ReadonlySet<string>;
  /** Lower-case names that this message's `Connection` lists. */
  readonly named: ReadonlySet<string>;
}

/** What the rules for a request may look at. */
export interface RequestScope extends PassScope {
  /** Folded names of the lines to be set, beyond `VOUCHED_HEADERS`. */
  readonly alsoVouched: ReadonlySet<string>;
  /** Some route is for certain methods only. */
  readonly hasMethodRules?: boolean;
  readonly site?: SiteNames | undefined;
  /** Folded name of the header that was shown to the door. */
  readonly withheld?: string | undefined;
}

/** What the rules for an answer may look at. */
export interface ResponseScope extends PassScope {
  readonly status: number;
  /** Trailers can follow: the client understands chunks and the answer is sent in them. */
  readonly mayTrail: boolean;
  readonly site?: SiteNames | undefined;
  /** Cookies of ours are added to the answer. */
  readonly carriesOwn: boolean;
}

/** Decides about one line: its value, another value, or undefined to drop it. */
export type HeaderPass<Scope> = (
  name: FieldName,
  value: string,
  scope: Scope,
) => string | undefined;

const dropHopByHop: HeaderPass<PassScope> = (name, value) => (name.isHopByHop ? undefined : value);

// `Connection: content-length` or `host` must not change what the message means.
const dropNamedByConnection: HeaderPass<PassScope> = (name, value, scope) =>
  scope.named.has(name.lower) && name.lower !== 'content-length' && name.lower !== 'host'
    ? undefined
    : value;

// The gate has answered `Expect` already; request trailers are not passed on.
const dropAnswered: HeaderPass<PassScope> = (name, value) =>
  name.folded === 'expect' || name.folded === 'trailer' ? undefined : value;

// `Content_Length` frames nothing here and might do so at the upstream.
const dropLookAlikeFraming: HeaderPass<PassScope> = (name, value) =>
  name.folded === 'content-length' && name.lower !== 'content-length' ? undefined : value;

const dropVouched: HeaderPass<RequestScope> = (name, value, scope) =>
  name.isVouched || scope.alsoVouched.has(name.folded) ? undefined : value;

// A service's code or bearer for us is nothing that the upstream should ever hold.
const dropShown: HeaderPass<RequestScope> = (name, value, scope) =>
  name.folded === scope.withheld ? undefined : value;

// A GET that was let through as a GET must not be served as the DELETE that it asks to be.
const dropMethodOverride: HeaderPass<RequestScope> = (name, value, scope) =>
  scope.hasMethodRules === true && METHOD_OVERRIDES.has(name.folded) ? undefined : value;

const dropOwnCookies: HeaderPass<PassScope> = (name, value, scope) =>
  name.lower === 'cookie' ? stripOwnCookies(value, scope.ownCookieNames) : value;

const dropForeignHost: HeaderPass<RequestScope> = (name, value, scope) =>
  name.lower === 'host' && scope.site !== undefined ? undefined : value;

// Without an `Origin` a tool would see no page at all, and believe it.
const nameSiteInside: HeaderPass<RequestScope> = (name, value, { site }) => {
  if (site === undefined) return value;
  if (name.lower === 'origin') return toInside(value, site) ?? 'null';
  return name.lower === 'referer' ? (toInside(value, site) ?? 'about:blank') : value;
};

const nameSiteOutside: HeaderPass<ResponseScope> = (name, value, { site }) =>
  site !== undefined && (name.lower === 'location' || name.lower === 'content-location')
    ? toOutside(value, site)
    : value;

const dropOwnSetCookie: HeaderPass<PassScope> = (name, value, scope) =>
  name.lower === 'set-cookie' && setsOwnCookie(value, scope.ownCookieNames) ? undefined : value;

// RFC 9111 §7.3: shared caches keep `Set-Cookie`, and would hand a session on to whoever asks next.
const dropSharing: HeaderPass<ResponseScope> = (name, value, scope) =>
  scope.carriesOwn && isAboutSharing(name.folded) ? undefined : value;

const isAboutSharing = (folded: string): boolean =>
  folded === 'cache-control' ||
  folded === 'surrogate-control' ||
  folded.endsWith('cdn-cache-control');

// RFC 9110 §8.6: a 204 with a length makes clients wait for a body that never comes.
const dropLengthOf204: HeaderPass<ResponseScope> = (name, value, scope) =>
  scope.status === 204 && name.lower === 'content-length' ? undefined : value;

const dropIdleTrailer: HeaderPass<ResponseScope> = (name, value, scope) =>
  name.lower === 'trailer' && !scope.mayTrail ? undefined : value;

// RFC 9110 §6.5.1: nothing in a trailer may change framing, routing or the person.
const dropUntrailable: HeaderPass<PassScope> = (name, value) =>
  name.isVouched || UNTRAILABLE.has(name.folded) ? undefined : value;

const UNTRAILABLE: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'set-cookie',
  'trailer',
]);

/** None adds a line; our own are set after all of them, so nothing can take those away. */
export const requestPasses: readonly HeaderPass<RequestScope>[] = [
  dropHopByHop,
  dropNamedByConnection,
  dropAnswered,
  dropLookAlikeFraming,
  dropVouched,
  dropMethodOverride,
  dropShown,
  dropOwnCookies,
  dropForeignHost,
  nameSiteInside,
];

/** The same order: what belongs to the connection, then what belongs to us. */
export const responsePasses: readonly HeaderPass<ResponseScope>[] = [
  dropHopByHop,
  dropNamedByConnection,
  dropOwnSetCookie,
  dropSharing,
  dropLengthOf204,
  dropIdleTrailer,
  nameSiteOutside,
];

/** For the fields behind a chunked body. */
export const trailerPasses: readonly HeaderPass<PassScope>[] = [dropHopByHop, dropUntrailable];

/** Walks a header list through the passes; a new list, for the caller to add lines to. */
export function passHeaders<Scope>(
  headers: RawHeaders,
  passes: readonly HeaderPass<Scope>[],
  scope: Scope,
  names: FieldNames,
): string[] {
  const passed: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const spelling = headers[i] as string;
    const name = names.of(spelling);
    let value: string | undefined = headers[i + 1] as string;
    for (const pass of passes) {
      value = pass(name, value, scope);
      if (value === undefined) break;
    }
    if (value !== undefined) passed.push(spelling, value);
  }
  return passed;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Lower-case names that the `Connection` lines of a message list. */
export function namedByConnection(headers: RawHeaders): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    const value = (headers[i + 1] as string).toLowerCase();
    if (value === 'keep-alive' || value === 'close') continue;
    named ??= new Set();
    for (const token of value.split(',')) named.add(token.trim());
  }
  return named ?? NOTHING;
}

/** Folded names among our own lines that are not vouched for everywhere. */
export function alsoVouched(lines: readonly HeaderLine[], names: FieldNames): ReadonlySet<string> {
  const others = lines.map(([spelling]) => names.of(spelling)).filter((name) => !name.isVouched);
  return others.length === 0 ? NOTHING : new Set(others.map((name) => name.folded));
}
