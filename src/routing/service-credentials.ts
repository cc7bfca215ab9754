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
const OWN_TOKEN = 'sallyport_';

/**
 * The credentials that a request shows to this route. Where a route lets people in alone,
 * `Authorization` is the application's, unless it holds a token that only we can have made.
 */
export function presentedTo(route: Route, rawHeaders: readonly string[]): Shown | undefined {
  const own = valuesOf(rawHeaders, DOOR_AUTHORIZATION);
  const header = own.length > 0 ? DOOR_AUTHORIZATION : 'authorization';
  const [value, ...others] = own.length > 0 ? own : valuesOf(rawHeaders, header);
  // Two are as good as none: the application might believe the other one.
  const presented =
    value === undefined || others.length > 0 ? undefined : parseAuthorization(value);
  if (presented === undefined) return undefined;
  const isOurs = header === DOOR_AUTHORIZATION || isOwnToken(presented);
  return isOurs || route.access.kind === 'groups' ? { presented, header } : undefined;
}

const isOwnToken = (presented: Presented) =>
  presented.scheme === 'bearer' && presented.token.startsWith(OWN_TOKEN);
