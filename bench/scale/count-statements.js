/** `node --import`: keeps the number of statements that `node:sqlite` has run in a file. */
import { openSync, writeSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';

const file = new URL(import.meta.url).searchParams.get('into');
const descriptor = openSync(file, 'w');
let count = 0;
for (const way of ['all', 'get', 'run', 'iterate']) {
  const original = StatementSync.prototype[way];
  StatementSync.prototype[way] = function counted(...parameters) {
    count += 1;
    writeSync(descriptor, String(count), 0);
    return original.apply(this, parameters);
  };
}
