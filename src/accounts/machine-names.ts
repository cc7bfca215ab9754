/** Names under which upstreams know machines, kept apart from those of people. @module */
import type { Store } from '../store/contract.ts';
import { type PersonName, parseName } from './canonical-name.ts';
import type { ServiceName } from './services-contract.ts';
import { BEARER_REALM, fullNameOf } from './services-names.ts';

type Names = Pick<Store, 'findPrincipal'>;

/**
 * Whether upstreams would take this person for a service or for a bearer. Many look at
 * `Remote-User` alone, and where anybody may sign up anybody may choose a name with an `@`.
 */
export async function isMachineName(store: Names, person: PersonName): Promise<boolean> {
  const at = person.name.lastIndexOf('@');
  if (at === -1) return false;
  if (person.canonicalName.slice(at + 1) === BEARER_REALM) return true;
  // In lower case as well: upstreams compare names of people so.
  for (const spelling of new Set([person.name, person.canonicalName])) {
    const [name, realm] = [spelling.slice(0, at), spelling.slice(at + 1)];
    if ((await store.findPrincipal('service', realm, name)) !== undefined) return true;
  }
  return false;
}

/** The same from the other side: whether a person has the name that a service would be known by. */
export async function isPersonsName(store: Names, service: ServiceName): Promise<boolean> {
  const person = parseName(fullNameOf(service));
  if (person === undefined) return false;
  return (await store.findPrincipal('person', '', person.canonicalName)) !== undefined;
}
