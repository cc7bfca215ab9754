/** Registers person after person, and names each once the store has said `created`. @module */
import { writeSync } from 'node:fs';
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { openStore } from '../../../src/store/open.ts';
import { registerPerson } from './person.ts';

const [, , path = ''] = process.argv;
writeSync(1, 'opening\n');
const store = await openStore({ address: { kind: 'sqlite', path }, clock, random });
for (let index = 0; ; index += 1) {
  await registerPerson(store, `${process.pid}-${index}`);
  // Synchronously: what is acknowledged is in the pipe before the next one begins.
  writeSync(1, `${process.pid}-${index}\n`);
}
