/**
 * A process that seals anew until it is killed. Before each batch it says so and waits for a
 * byte on its standard input. Arguments: the database, the keys as JSON.
 */
import { readSync, writeSync } from 'node:fs';
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { resealCredentials } from '../../../src/keys/reseal.ts';
import { openStore } from '../../../src/store/open.ts';

const [, , path = '', text = '{}'] = process.argv;
const { old, next } = JSON.parse(text);
const keys = new Map([old, next].map((hex: string, i) => [`k${i}`, Buffer.from(hex, 'hex')]));
const storeKeys = { currentId: 'k1', keys, replacedIds: new Set(['k0']) };
const store = await openStore({ address: { kind: 'sqlite', path }, clock, random });
await resealCredentials({ store, storeKeys, random }, () => {
  writeSync(1, 'batch\n');
  readSync(0, Buffer.alloc(1));
  return false;
});
await store.close();
