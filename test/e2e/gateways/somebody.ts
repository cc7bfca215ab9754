/** People whose code is still good when a slow machine gets round to it. @module */
import { addPerson, type Person } from '../people.ts';
import type { TestDoor } from '../test-door.ts';

/** Adds a person whose next code is that of this very step, not of the one before. */
export async function addSomebody(
  door: TestDoor,
  name: string,
  groups: readonly string[] = [],
): Promise<Person> {
  const person = await addPerson(door, name, groups);
  person.nextCode();
  return person;
}
