/** Opens a PostgreSQL store whose address is given as JSON; killed meanwhile. @module */
import { systemRandom as random } from '../../../src/core/ports.ts';
import { openStore } from '../../../src/store/open.ts';
import { clock } from '../now.ts';

const address = JSON.parse(process.argv[2] ?? '');
process.send?.('opening');
await openStore({ address, clock, random });
