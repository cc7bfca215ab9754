/** Registers people until the disk is full, then says what still works. @module */
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { openStore } from '../../../src/store/open.ts';
import { checkPeople, registerPerson } from './person.ts';

const [, , path = ''] = process.argv;
const store = await openStore({ address: { kind: 'sqlite', path }, clock, random });
const faults: unknown[] = [];
const created: string[] = [];
while (faults.length === 0) {
  const name = `person-${created.length}`;
  try {
    await registerPerson(store, name, 'x'.repeat(2_000));
    created.push(name);
  } catch (error) {
    faults.push(error);
  }
}
// Small writes still find some room; it ends long before so many of them.
for (let pings = 0; pings < 1_000 && faults.length === 1; pings += 1) {
  await store.ping().catch((error: unknown) => faults.push(error));
}
const codes = faults.map((fault) => Object(fault).code);
const hasCauses = faults.every((fault) => fault instanceof Error && fault.cause !== undefined);
const readable = await checkPeople(store);
const feed = await store.readRevocations();
await store.close();
process.stdout.write(JSON.stringify({ created, codes, hasCauses, readable, feed }));
