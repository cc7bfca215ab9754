/** What machines show to the gate, and where it is looked at. @module */
import { type Presented, parseAuthorization } from '../core/authorization.ts';
import { DOOR_AUTHORIZATION } from '../core/header-name.ts';
import type { Route, ServiceState } from './contract.ts';
import { valuesOf } from './header-lines.ts';

/** Finds out who shows these credentials; undefined where they are worth nothing. */
export type RecogniseService = (
  presented: Presented,
  attempt: { readonly source: string; readonly requestId: string },
) => Promise<ServiceState | undefined>;

/** Credentials, and the folded name of the header that they stood in. */
export interface Shown {
  readonly presented: Presented;
  readonly header: string;
}

/** Every token of ours begins so. */
const OWN_TOKEN = /^bearer +sallyport_/i;

/**
 * The credentials that a request shows to this route. `Authorization` may be the
 * application's: what only we can have made is always looked at, a service's code where the
 * route lets groups or realms in, and Basic, which everybody speaks, only for realms.
 */
export function presentedTo(route: Route, rawHeaders: readonly string[]): Shown | undefined {
  const own = valuesOf(rawHeaders, DOOR_AUTHORIZATION);
  const header = own.length > 0 ? DOOR_AUTHORIZATION : 'authorization';
  const [value, ...others] = own.length > 0 ? own : valuesOf(rawHeaders, header);
  // Two are as good as none: the application might believe the other one.
  if (value === undefined || others.length > 0) return undefined;
  if (own.length === 0 && !isForDoor(route, value)) return undefined;
  const presented = parseAuthorization(value);
  return presented && { presented, header };
}

/**
 * The folded name of the header whose value only we can have made. It goes no further where
 * nobody had to look at it either: an application behind a public route could use it.
 */
export function ownTokenIn(rawHeaders: readonly string[]): string | undefined {
  const values = valuesOf(rawHeaders, 'authorization');
  return values.some((value) => OWN_TOKEN.test(value)) ? 'authorization' : undefined;
}

function isForDoor({ access }: Route, value: string): boolean {
  if (OWN_TOKEN.test(value)) return true;
  if (access.kind !== 'groups') return false;
  return /^otp /i.test(value) || (access.realms !== undefined && /^basic /i.test(value));
}
