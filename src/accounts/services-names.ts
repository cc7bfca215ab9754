/** Which names and realms services may have. @module */
import type { Principal } from '../store/contract.ts';
import type { Service, ServiceName } from './services-contract.ts';

// Control characters end up in terminals and logs, halves of surrogate pairs in no database.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * Whether a service or a realm may be called so: characters are counted, not bytes, and
 * upper and lower case are different, as the clients of these names expect.
 */
export function isServiceText(text: string, maxLength: number): boolean {
  const isShort = text.length <= maxLength || [...text].length <= maxLength;
  return (
    isShort && text !== '' && text.trim() === text && text.isWellFormed() && !FORBIDDEN.test(text)
  );
}

/** The realm that upstreams are told for a bearer; `ci@bearer` must not be a service, too. */
export const BEARER_REALM = 'bearer';

/**
 * Whether a realm may be called so. It holds no `@`, because a name may: `a@b@c` must not be
 * both `a@b` of realm `c` and `a` of realm `b@c` to an upstream.
 */
export const isRealmText = (text: string, maxLength: number): boolean =>
  isServiceText(text, maxLength) && !text.includes('@') && text !== BEARER_REALM;

/** `name@realm`, as upstreams and the audit see it. */
export const fullNameOf = ({ name, realm }: ServiceName): string => `${name}@${realm}`;

/** From the store's principal to what lists show. */
export const serviceOf = (principal: Principal): Service => ({
  id: principal.id,
  name: principal.name,
  realm: principal.realm,
  groups: principal.groups,
  createdAtMs: principal.createdAtMs,
});
