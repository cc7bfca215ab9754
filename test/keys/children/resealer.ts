/** A process that seals anew until it is killed. Arguments: the database, the keys as JSON. */
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { resealCredentials } from '../../../src/keys/reseal.ts';
import { openStore } from '../../../src/store/open.ts';

const [, , path = '', text = '{}'] = process.argv;
const { old, next } = JSON.parse(text);
const keys = new Map([old, next].map((hex: string, i) => [`k${i}`, Buffer.from(hex, 'hex')]));
const storeKeys = { currentId: 'k1', keys, replacedIds: new Set(['k0']) };
const store = await openStore({ address: { kind: 'sqlite', path }, clock, random });
await resealCredentials({ store, storeKeys, random }, () => {
  process.stdout.write('batch\n');
  return false;
});
await store.close();
