/** Names under which upstreams know machines, kept apart from those of people. @module */
import type { Store } from '../store/contract.ts';
import { type PersonName, parseName } from './canonical-name.ts';
import type { ServiceName } from './services-contract.ts';
import { BEARER_REALM, fullNameOf } from './services-names.ts';

/**
 * Whether upstreams would take this person for a service or for a bearer. Many look at
 * `Remote-User` alone, and in any case; where anybody may sign up anybody may choose a name
 * with an `@`. A service keeps the capitals of its name: they tell it apart for its clients only.
 */
export async function isMachineName(
  store: Pick<Store, 'hasServiceInAnyCase'>,
  { canonicalName }: PersonName,
): Promise<boolean> {
  const at = canonicalName.lastIndexOf('@');
  if (at === -1) return false;
  const [name, realm] = [canonicalName.slice(0, at), canonicalName.slice(at + 1)];
  return realm === BEARER_REALM || store.hasServiceInAnyCase(realm, name);
}

/** The same from the other side: whether a person has the name that a service would be known by. */
export async function isPersonsName(
  store: Pick<Store, 'findPrincipal'>,
  service: ServiceName,
): Promise<boolean> {
  const person = parseName(fullNameOf(service));
  if (person === undefined) return false;
  return (await store.findPrincipal('person', '', person.canonicalName)) !== undefined;
}
