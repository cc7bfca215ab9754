/** Opens a database as another user where one is given, and says how it went. @module */
import { systemClock as clock, systemRandom as random } from '../../../src/core/ports.ts';
import { openStore } from '../../../src/store/open.ts';
import { becomeUser } from '../../become-user.ts';

const [, , path = '', uid = ''] = process.argv;
becomeUser(uid);
try {
  await (await openStore({ address: { kind: 'sqlite', path }, clock, random })).close();
  process.stdout.write('opened');
} catch (error) {
  process.stdout.write(`${Object(error).code} ${error}`);
}
