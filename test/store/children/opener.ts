/** Opens a database as another user where one is given, and says how it went. @module */
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { openStore } from '../../../src/store/open.ts';

const [, , path = '', uid = ''] = process.argv;
if (uid !== '') {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  await (await openStore({ address: { kind: 'sqlite', path }, clock, random })).close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(`${Object(error).code} ${error}`);
}
