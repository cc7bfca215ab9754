/** A whole sign-up and what shows that it is whole. @module */
import type { Store } from '../../../src/store/contract.ts';
import { NOW_MS } from '../now.ts';
import { credential, invite, registration } from '../samples.ts';

const CREDENTIALS = 12;

/** Signs somebody up with an invite, a password, an app and ten recovery codes. */
export async function registerPerson(store: Store, name: string, sealed = 'sealed'): Promise<void> {
  await store.addInvite(invite(`invite-${name}`));
  const credentials = Array.from({ length: CREDENTIALS }, (_, index) =>
    credential(`${name}-${index}`, { sealed }),
  );
  const outcome = await store.register(
    registration(name, { credentials, inviteId: `invite-${name}` }),
    NOW_MS,
  );
  if (outcome !== 'created') throw new Error(outcome);
}

/** Throws where a person is there in part, or has an unspent invite. */
export async function checkPeople(store: Store): Promise<readonly string[]> {
  const people = await store.listPrincipals('person');
  for (const { id, name } of people) {
    const account = await store.getAccount(id);
    const open = await store.findInvite(`hash of invite-${name}`, NOW_MS);
    if (account?.credentials.length !== CREDENTIALS || open !== undefined) {
      throw new Error(`${name} is half there`);
    }
  }
  return people.map(({ name }) => name);
}
