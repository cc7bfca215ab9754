/** Who calls: the credentials in a request's head. @module */
import type { IncomingMessage } from 'node:http';
import { type Presented, parseAuthorization } from '../core/authorization.ts';
import { DOOR_AUTHORIZATION } from '../core/header-name.ts';

/** The one credential that a request shows; two are as good as none. */
export function presentedBy({ headersDistinct }: IncomingMessage): Presented | undefined {
  const values = headersDistinct[DOOR_AUTHORIZATION] ?? headersDistinct.authorization ?? [];
  const [value, ...others] = values;
  return value === undefined || others.length > 0 ? undefined : parseAuthorization(value);
}
